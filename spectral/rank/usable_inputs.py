"""What every input has to be: complete, finite and no copy of the target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spectral.rank.columns import Column, as_numbers
from spectral.rank.target import Target
from spectral.rank.wishes import TableError
from spectral.rank.wording import counted, listed


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
