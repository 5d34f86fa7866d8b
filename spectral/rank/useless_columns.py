"""Columns that cannot help with other rows: constants, row numbers, ids and free text."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from spectral.rank.columns import Column
from spectral.rank.wording import counted

NAME_OF_AN_ID = re.compile(
    r"(?i:(^|[^a-z])(id|uuid|guid|key|index))$|[a-z](Id|ID|Uuid|UUID|Guid|GUID|Key|Index)$"
)


def reason_to_leave_out(column: Column, impute: bool = False) -> str:
    """Why a column tells nothing, or nothing that would hold for other rows; empty if it may.

    One value beside empty cells may tell a lot, such as a tick: unless missing values are to be
    filled in, with this value, it is for the user to say what an empty cell means.

    Examples
    --------
    >>> ticks = Column("smoker", "text", pd.Series(["yes", None, None]))
    >>> reason_to_leave_out(ticks), reason_to_leave_out(ticks, impute=True)
    ('', 'always yes where it has a value (2 of 3 are empty)')
    """
    known = column.values.dropna()
    different = known.nunique()
    if not different:
        return "no value in any row"
    if different == 1:
        empty = len(column.values) - len(known)
        if not empty:
            return f"always {known.iloc[0]}"
        where = f"where it has a value ({empty} of {len(column.values)} are empty)"
        return f"always {known.iloc[0]} {where}" if impute else ""
    everywhere = different == len(column.values)
    if column.kind == "numbers" and everywhere:
        if are_row_numbers(known):
            return "row numbers"
        if NAME_OF_AN_ID.search(column.name) and (known == known.round()).all():
            return "an id: a number of its own in each row"
    looks = f"; {column.note}" if column.kind == "text" and column.note else ""
    if column.kind in ("text", "categories") and everywhere:
        return f"an id: a text of its own in each row{looks}"
    if column.kind == "text" and different > len(known) / 2:
        rows = counted(len(known), "row")
        return f"free text: {different} different values in {rows}{looks}"
    return ""


def are_row_numbers(numbers: pd.Series) -> bool:
    """Whether the numbers count the rows, from 0 or 1."""
    start = numbers.iloc[0]
    return start in (0, 1) and bool((numbers == np.arange(len(numbers)) + start).all())
