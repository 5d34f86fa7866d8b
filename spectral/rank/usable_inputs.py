"""What every input has to be: complete, finite and no copy of the target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spectral.rank.columns import (
    AS_CATEGORIES,
    AS_CLASSES,
    LARGEST_EXACT,
    PLAINLY_WRITTEN,
    Column,
    as_numbers,
    reason_against_size,
)
from spectral.rank.target import Target
from spectral.rank.values_in_text import WITH_COMMAS
from spectral.rank.wishes import TableError
from spectral.rank.wording import counted, listed
from spectral.tables.separated_text import THOUSANDS_POINTS

ROUNDING = 1e-6
"""Of its distance to the others a number may be off by as much, as in single precision."""

MOST_DECIMALS = 6
"""To which people round; what has more is not rounded on purpose."""

SLACK = 1.25
"""A line that is fitted to rounded numbers is a little off the line before rounding."""

LEAST_SPREAD = 100
"""Numbers on a line spread by as many times what they are off it."""

FEWEST_COMPARED = 10
"""Rows with a value; in fewer a column may look like the target by chance."""


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
            f"--leave-out, or mend the table{told_of_empty_texts(columns)}"
        )


def told_of_empty_texts(columns: Sequence[Column]) -> str:
    """The end of a sentence that says which texts are missing values, where texts are missing."""
    lacking = [column for column in columns if column.values.isna().any()]
    if all(column.kind not in ("text", "categories") for column in lacking):
        return ""
    return " (NA, null and the like count as missing; in a CSV file they are text if quoted)"


def require_one_decimal_sign(columns: Sequence[Column], frame: pd.DataFrame, target: str) -> None:
    """Raise if texts such as 1.234 stand beside a column that has decimal commas.

    Then they may be more than a thousand, and nothing in the column itself says so.
    """
    commas = [column.name for column in columns if WITH_COMMAS in column.note]
    for column in columns:
        texts = frame[column.name].dropna()
        if not commas or column.kind != "numbers" or not pd.api.types.is_string_dtype(texts):
            continue
        pointed = texts[texts.str.contains(".", regex=False)]
        fitting = texts.str.fullmatch(THOUSANDS_POINTS).all()
        if WITH_COMMAS not in column.note and fitting and len(pointed):
            way_out = AS_CLASSES if column.name == target else AS_CATEGORIES
            raise TableError(
                f"column {column.name!r} holds numbers such as {pointed.iloc[0]!r}, but nothing "
                "tells whether with thousands separators or with decimal points, since "
                f"{commas[0]!r} has decimal commas: write them like {PLAINLY_WRITTEN['numbers']}, "
                f"or {way_out}"
            )


def require_usable_sizes(columns: Sequence[Column]) -> None:
    """Raise if the squares of numbers are beyond what floating point numbers hold."""
    for column in columns:
        if column.kind == "numbers":
            reason = reason_against_size(as_numbers(column))
            if reason:
                raise TableError(f"column {column.name!r} {reason}, or leave the column out")


def require_no_copy_of(target: Target, columns: Sequence[Column], keep: Sequence[str]) -> None:
    """Raise if an input says the same as the target wherever it has a value, be it in another unit.

    A value that is missing does not hide a copy, since others may be filled in or left out.
    """
    for column in columns:
        known = column.values.notna().to_numpy()
        if column.name in keep or known.sum() < FEWEST_COMPARED:
            continue
        if target.is_classification:
            codes, wanted = (
                pd.factorize(values)[0] for values in (column.values[known], target.values[known])
            )
            same = np.array_equal(codes, wanted)
        else:
            same = column.kind not in ("text", "categories") and are_on_a_line(
                as_numbers(column)[known], target.values[known]
            )
        if same:
            where = "in every row" if known.all() else "in every row that has a value"
            raise TableError(
                f"column {column.name!r} says the same as the target {target.name!r} {where}"
                f"{'' if target.is_classification else ', perhaps in another unit'}: "
                "leave it out with --leave-out, or insist with --keep"
            )


def are_on_a_line(numbers: pd.Series, others: np.ndarray) -> bool:
    """Whether others are numbers times a factor, plus a number, up to rounding in every row.

    A correlation would not tell: one outlier that both share brings it close to 1, and so do
    moments that lie minutes apart in a year.

    Parameters
    ----------
    numbers : pandas.Series
        Finite numbers.
    others : numpy.ndarray
        As many.

    Examples
    --------
    >>> inches = np.array([1.0, 2.5, 7.25, 3.0])
    >>> are_on_a_line(pd.Series(2.54 * inches), inches), are_on_a_line(pd.Series(inches**2), inches)
    (True, False)
    """
    values = numbers.to_numpy(dtype=np.float64)
    x, y = values - values.mean(), others - others.mean()
    if not x.any() or not y.any():
        return False
    slope = x @ y / (x @ x)
    off = y - slope * x
    off = np.abs(off - np.median(off))
    step = max(step_of(others), abs(slope) * step_of(values))
    distances = np.abs(others - np.median(others))
    spread = np.median(distances)
    within = off <= np.maximum(SLACK * step / 2, ROUNDING * np.maximum(distances, spread))
    return bool(within.all() and spread >= LEAST_SPREAD * np.median(off))


def step_of(numbers: np.ndarray) -> float:
    """The step in which numbers are written, such as 0.1 or 5; 0 where they are not rounded.

    Examples
    --------
    >>> step_of(np.array([0.3, 0.1 + 0.2, 1.5, 1.8])), step_of(np.array([10, 25, 40]))
    (0.3, 15.0)
    >>> step_of(np.array([1 / 3, 0.5]))
    0.0
    """
    for decimals in range(MOST_DECIMALS + 1):
        scaled = (numbers - numbers[0]) * 10.0**decimals
        whole, largest = scaled.round(), np.abs(scaled).max()
        noise = min(1e-9 * largest, 1e-3)  # of floating point numbers
        if largest < LARGEST_EXACT and (np.abs(scaled - whole) <= noise).all():
            return float(np.gcd.reduce(whole.astype(np.int64)) / 10**decimals)
    return 0.0
