"""Looks at every column of a table before any work: inputs, target, what is left out and why."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from spectral.rank.columns import Column, as_categories, as_numbers, column_of, counted
from spectral.rank.target import Target, target_of
from spectral.tables.targets import Task

NAME_OF_AN_ID = re.compile(
    r"(?i:(^|[^a-z])(id|uuid|guid|key|index))$|[a-z](Id|ID|Uuid|UUID|Guid|GUID|Key|Index)$"
)

FEWEST_ROWS = 20

NAMED = 5
"""Columns named in a sentence about several."""


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
        categories, whatever they look like.
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


@dataclass(frozen=True)
class Examined:
    """A table that can be ranked.

    Attributes
    ----------
    inputs : pandas.DataFrame
        Numbers and categories; NaN where a value is missing.
    labels : tuple of str
        What each input is called in the ranking; those that belong together share a label.
    target : Target
        What there is to predict.
    left_out : dict of str to str
        The columns that are neither, and why.
    notes : tuple of str
        What a reader should know of the inputs, a sentence each.
    shape : tuple of int
        How many rows and columns the table has.
    """

    inputs: pd.DataFrame
    labels: tuple[str, ...]
    target: Target
    left_out: dict[str, str]
    notes: tuple[str, ...]
    shape: tuple[int, int]


def examine(frame: pd.DataFrame, wishes: Wishes) -> Examined:
    """Find inputs and target in a table.

    Raises
    ------
    TableError, ColumnError, TargetError
        If the table is empty, has columns of the same name, lacks values or a column that the
        wishes name, or has no input; if a column or the target is of no use.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": range(20), "x": np.linspace(0, 1, 20), "y": ["a", "b"] * 10})
    >>> examined = examine(frame, Wishes(target="y"))
    >>> list(examined.inputs), examined.left_out
    (['x'], {'id': 'row numbers'})
    """
    frame = frame.set_axis(checked_names(frame.columns), axis=1)
    require_known(frame.columns, wishes)
    if len(frame) < FEWEST_ROWS:
        raise TableError(
            f"the table has {counted(len(frame), 'row')}, but at least {FEWEST_ROWS} are needed"
        )
    target = target_of(column_of(wishes.target, frame[wishes.target]), wishes.task)
    left_out, columns = {}, []
    for name in frame.columns.drop(wishes.target):
        if name in wishes.leave_out:
            left_out[name] = "as asked for"
            continue
        column = converted(name, frame[name], wishes)
        reason = "" if name in wishes.keep else reason_to_leave_out(column)
        if reason:
            left_out[name] = reason
        else:
            columns.append(column)
    if not columns:
        raise TableError(f"beside the target {target.name!r} the table has no column to rank")
    require_complete(columns, wishes.impute)
    require_no_copy_of(target, columns, wishes.keep)
    inputs = pd.DataFrame({column.name: values_of_column(column) for column in columns})
    labels = labels_of(list(inputs), wishes.groups)
    notes = (*notes_of(columns), *twins(inputs))
    return Examined(inputs, labels, target, left_out, notes, frame.shape)


def checked_names(names: Iterable[object]) -> list[str]:
    """The names of the columns as text; one that has none is called by its place."""
    checked = [str(name).strip() or f"column {place}" for place, name in enumerate(names, 1)]
    twice = [name for name in dict.fromkeys(checked) if checked.count(name) > 1]
    if twice:
        raise TableError(f"the table has {listed(twice)} more than once: name columns apart")
    return checked


def require_known(names: pd.Index, wishes: Wishes) -> None:
    """Raise unless the table has the columns that the wishes name, and they do not clash."""
    wanted = (wishes.target, *wishes.leave_out, *wishes.keep, *wishes.categories)
    for name in wanted:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=3) or list(names[: NAMED + 1])
            raise TableError(f"the table has no column {name!r}, but {listed(close)}")
    for option, chosen in (
        ("--leave-out", wishes.leave_out),
        ("--keep", wishes.keep),
        ("--categories", wishes.categories),
    ):
        if wishes.target in chosen:
            raise TableError(f"{wishes.target!r} is the target, and {option} names it as an input")
    both = [name for name in wishes.leave_out if name in (*wishes.keep, *wishes.categories)]
    if both:
        raise TableError(f"{listed(both)}: left out, and wanted as an input")


def converted(name: str, values: pd.Series, wishes: Wishes) -> Column:
    """A column as the user wants it."""
    if name not in wishes.categories:
        return column_of(name, values)
    kind = "numbers" if pd.api.types.is_numeric_dtype(values.dtype) else "categories"
    return Column(name, "categories", as_categories(Column(name, kind, values)))


def reason_to_leave_out(column: Column) -> str:
    """Why a column tells nothing, or nothing that would hold for other rows; empty if it may."""
    known = column.values.dropna()
    different = known.nunique()
    if different < 2:
        return f"always {known.iloc[0]}" if different else "no value in any row"
    everywhere = different == len(column.values)
    if column.kind == "numbers" and everywhere:
        if are_row_numbers(known):
            return "row numbers"
        if NAME_OF_AN_ID.search(column.name) and (known == known.round()).all():
            return "an id: a number of its own in each row"
    if column.kind in ("text", "categories") and everywhere:
        return "an id: a text of its own in each row"
    if column.kind == "text" and different > len(known) / 2:
        return f"free text: {different} different values in {counted(len(known), 'row')}"
    return ""


def are_row_numbers(numbers: pd.Series) -> bool:
    """Whether the numbers count the rows, from 0 or 1."""
    start = numbers.iloc[0]
    return start in (0, 1) and bool((numbers == np.arange(len(numbers)) + start).all())


def values_of_column(column: Column) -> pd.Series:
    """A column as the network takes it."""
    return (as_categories if column.kind in ("text", "categories") else as_numbers)(column)


def require_complete(columns: Sequence[Column], impute: bool) -> None:
    """Raise if values are missing that nobody fills in, or are infinite."""
    infinite = {
        column.name: int(np.isinf(as_numbers(column)).sum())
        for column in columns
        if column.kind == "numbers"
    }
    infinite = {name: number for name, number in infinite.items() if number}
    if infinite:
        told = [f"{name!r} {number}" for name, number in infinite.items()]
        raise TableError(f"infinite values in {listed(told, quote=False)}: inputs must be finite")
    missing = {column.name: int(column.values.isna().sum()) for column in columns}
    told = [f"{name!r} {number}" for name, number in missing.items() if number]
    if told and not impute:
        raise TableError(
            f"of {counted(len(columns[0].values), 'row')} a value is missing in "
            f"{listed(told, quote=False)}: fill them in with --impute, leave the columns out with "
            "--leave-out, or mend the table"
        )


def require_no_copy_of(target: Target, columns: Sequence[Column], keep: Sequence[str]) -> None:
    """Raise if an input says the same as the target in every row."""
    wanted = pd.factorize(target.values)[0]
    for column in columns:
        if column.name in keep:
            continue
        if target.is_classification:
            same = np.array_equal(pd.factorize(column.values)[0], wanted)
        else:
            same = column.kind == "numbers" and np.array_equal(as_numbers(column), target.values)
        if same:
            raise TableError(
                f"column {column.name!r} says the same as the target {target.name!r} in every row: "
                f"leave it out with --leave-out, or insist with --keep"
            )


def labels_of(names: Sequence[str], prefixes: Sequence[str]) -> tuple[str, ...]:
    """What inputs are called in the ranking: their names, or the prefix that groups them.

    Examples
    --------
    >>> labels_of(["gene 1", "gene 2", "age"], ["gene"])
    ('gene*', 'gene*', 'age')
    """
    labels = {name: name for name in names}
    for prefix in prefixes:
        members = [name for name in names if name.startswith(prefix)]
        if not members:
            raise TableError(f"--group {prefix!r}: the name of no input begins like this")
        for name in members:
            if labels[name] != name:
                raise TableError(
                    f"{name!r} is in two groups: {labels[name]!r} and {prefix + '*'!r}"
                )
            labels[name] = f"{prefix}*"
    return tuple(labels.values())


def notes_of(columns: Sequence[Column]) -> list[str]:
    """What is to be said of single inputs."""
    return [f"{column.name!r}: {column.note}" for column in columns if column.note]


def twins(inputs: pd.DataFrame) -> list[str]:
    """Says which inputs are equal in every row: they share what relevance they have."""
    first: dict[bytes, str] = {}
    told = []
    for name in inputs:
        hashes = pd.util.hash_pandas_object(inputs[name], index=False).to_numpy()
        content = hashlib.sha256(hashes).digest()
        if content in first:
            told.append(f"{name!r} is the same as {first[content]!r} in every row")
        else:
            first[content] = name
    return told


def listed(names: Sequence[str], quote: bool = True) -> str:
    """Some names in words.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    "'a', 'b' and 'c'"
    """
    shown = [repr(name) if quote else name for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
