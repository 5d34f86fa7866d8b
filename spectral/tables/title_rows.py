"""Titles above the names of the columns, which hide where a table begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

ROWS_LOOKED_AT = 10


def require_no_title(rows: Sequence[Sequence[Any]]) -> None:
    """Raise if a title seems to stand above the names of the columns.

    Parameters
    ----------
    rows : sequence of sequence
        The first rows of a table, cell by cell; an empty one is None, NaN or ``""``.

    Raises
    ------
    ValueError
        If the first row has one cell that is filled, and of those below the first that has several
        holds text alone; or if it has several, and the first that has more holds text alone above
        a row that does not.

    Examples
    --------
    >>> require_no_title([["a", "b"], [1, 2]])
    >>> require_no_title([["Patients", None], ["a", "b"], [1, 2]])
    Traceback (most recent call last):
    ...
    ValueError: its first row holds 'Patients' alone, and below it stand 'a', 'b', which seem to \
name the columns: delete what stands above them
    """
    first, *others = [filled_cells(row) for row in rows]
    wider = [cells for cells in others if len(cells) > len(first)]
    if not first or not wider or not are_names(wider[0]):
        return
    below = others[others.index(wider[0]) + 1 :]
    if len(first) == 1 or (below and not are_names(below[0])):
        raise ValueError(
            f"its first row holds {', '.join(map(repr, first))} alone, and below it stand "
            f"{', '.join(map(repr, wider[0][:3]))}{' …' if len(wider[0]) > 3 else ''}, which seem "
            "to name the columns: delete what stands above them"
        )


def filled_cells(row: Sequence[Any]) -> list[Any]:
    """The cells that hold something."""
    return [cell for cell in row if not pd.isna(cell) and str(cell).strip()]


def are_names(cells: Sequence[Any]) -> bool:
    """Whether a row seems to name the columns: it is text alone."""
    return all(map(looks_like_a_name, cells))


def looks_like_a_name(cell: Any) -> bool:
    """Whether a cell holds text that is no number."""
    if not isinstance(cell, str):
        return False
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return True
    return False
