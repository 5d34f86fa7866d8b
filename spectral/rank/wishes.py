"""What the user says of the columns, and whether the table has them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from spectral.rank.wording import NAMED, listed
from spectral.tables.targets import Task
from spectral.tables.title_rows import ROWS_LOOKED_AT, filled_cells, looks_like_a_name


class TableError(ValueError):
    """A table cannot be ranked as it is; the message says why and what helps."""


@dataclass(frozen=True)
class Wishes:
    """What the user says of the columns.

    Attributes
    ----------
    target : str
        The column to predict.
    task : {"auto", "classification", "regression"}
        Whether the target is classes or numbers; "auto" finds it out.
    leave_out, keep, categories : tuple of str
        Columns that are no inputs; that are, though they look like ids or the target; that hold
        categories, whatever they look like, the target among them.
    groups : tuple of str
        Columns whose names begin with one of these are ranked together.
    impute : bool
        Whether missing values of inputs will be filled in.
    """

    target: str
    task: Task | Literal["auto"] = "auto"
    leave_out: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    impute: bool = False

    @property
    def task_asked_for(self) -> Task | Literal["auto"]:
        """The task; a target named as categories makes a classification."""
        return "classification" if self.target in self.categories else self.task


def require_known(frame: pd.DataFrame, wishes: Wishes) -> None:
    """Raise unless the table has the columns that the wishes name, and they do not clash."""
    names = frame.columns
    wanted = (wishes.target, *wishes.leave_out, *wishes.keep, *wishes.categories)
    for name in wanted:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=3) or list(names[: NAMED + 1])
            raise TableError(
                f"the table has no column {name!r}, but {listed(close)}{told_of_row(name, frame)}"
            )
    for option, chosen in (("--leave-out", wishes.leave_out), ("--keep", wishes.keep)):
        if wishes.target in chosen:
            raise TableError(f"{wishes.target!r} is the target, and {option} names it as an input")
    if wishes.task == "regression" and wishes.target in wishes.categories:
        raise TableError(
            f"the target {wishes.target!r} is to be categories by --categories, and numbers by "
            "--task regression: leave one of both out"
        )
    both = [name for name in wishes.leave_out if name in (*wishes.keep, *wishes.categories)]
    if both:
        raise TableError(f"{listed(both)}: left out, and wanted as an input")


def told_of_row(name: str, frame: pd.DataFrame) -> str:
    """The end of a sentence that says which of the first rows has a name, and mostly text.

    Examples
    --------
    >>> told_of_row("y", pd.DataFrame({"My table": ["x", "1"], "2020": ["y", "2"]}))
    "; row 2 holds 'x' and 'y': if these name the columns, delete what stands above them"
    """
    rows = map(filled_cells, frame.head(ROWS_LOOKED_AT).to_numpy(dtype=object).tolist())
    for place, cells in enumerate(rows, 2):  # the names are row 1
        if name in cells and sum(map(looks_like_a_name, cells)) > len(cells) / 2:
            return (
                f"; row {place} holds {listed(cells)}: if these name the columns, delete what "
                "stands above them"
            )
    return ""
