"""What every input has to be: complete, finite and no copy of the target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spectral.rank.columns import Column, as_numbers, reason_against_size
from spectral.rank.target import Target
from spectral.rank.wishes import TableError
from spectral.rank.wording import counted, listed

ROUNDING = 1e-9
"""So far from 1 may a correlation be of numbers that are on a line, but rounded to five digits."""


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


def require_usable_sizes(columns: Sequence[Column]) -> None:
    """Raise if the squares of numbers are beyond what floating point numbers hold."""
    for column in columns:
        if column.kind == "numbers":
            reason = reason_against_size(as_numbers(column))
            if reason:
                raise TableError(f"column {column.name!r} {reason}, or leave the column out")


def require_no_copy_of(target: Target, columns: Sequence[Column], keep: Sequence[str]) -> None:
    """Raise if an input says the same as the target in every row, be it in another unit."""
    wanted = pd.factorize(target.values)[0]
    for column in columns:
        if column.name in keep:
            continue
        if target.is_classification:
            same = np.array_equal(pd.factorize(column.values)[0], wanted)
        else:
            same = column.kind not in ("text", "categories") and are_on_a_line(
                as_numbers(column), target.values
            )
        if same:
            raise TableError(
                f"column {column.name!r} says the same as the target {target.name!r} in every row"
                f"{'' if target.is_classification else ', perhaps in another unit'}: "
                "leave it out with --leave-out, or insist with --keep"
            )


def are_on_a_line(numbers: pd.Series, others: np.ndarray) -> bool:
    """Whether numbers are others times a factor, plus a number, up to rounding.

    Examples
    --------
    >>> inches = np.array([1.0, 2.5, 7.25, 3.0])
    >>> are_on_a_line(pd.Series(2.54 * inches), inches), are_on_a_line(pd.Series(inches**2), inches)
    (True, False)
    """
    with np.errstate(invalid="ignore", divide="ignore"):  # of equal numbers it is NaN
        correlation = np.corrcoef(numbers.to_numpy(dtype=np.float64), others)[0, 1]
    return bool(abs(correlation) >= 1 - ROUNDING)
