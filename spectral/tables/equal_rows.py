"""Equal rows of a table as one that counts more: the order and the repeats of rows do not matter.

A weight of 3 is then the same as three rows to the last digit, and no row that is trained on stands
among those held out, as the repeats of a bootstrap sample would.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_consistent_length

from spectral.tables.table_columns import Table


@dataclass(frozen=True, eq=False)
class DistinctRows:
    """Rows that all differ, and what each weighs.

    Parameters
    ----------
    table : Table
        B rows of the columns that vary.
    targets : ndarray
        ``(B, ...)``.
    weights : ndarray or None
        ``(B,)``; None where all weigh the same.
    """

    table: Table
    targets: np.ndarray
    weights: np.ndarray | None


def distinct_rows(table: Table, targets: np.ndarray, weights: np.ndarray | None) -> DistinctRows:
    """One of each kind of rows, in an order that the values decide, with the weights of all.

    Columns that are constant leave: they tell no rows apart, and decide nothing.

    Parameters
    ----------
    table : Table
        B rows.
    targets : ndarray
        ``(B,)`` or ``(B, T)``; rows of different targets differ.
    weights : ndarray or None
        ``(B,)``, at least 0; None stands for ones. Rows of weight 0 are left out.

    Raises
    ------
    ValueError
        If there are more or fewer targets than rows.

    Examples
    --------
    >>> from spectral.tables.table_reading import read_table
    >>> distinct = distinct_rows(read_table([[1], [2], [1]]), np.array([0, 0, 0]), None)
    >>> sorted(zip(distinct.table.numbers.ravel().tolist(), distinct.weights.tolist()))
    [(1, 2.0), (2, 1.0)]
    """
    check_consistent_length(table, targets)
    if weights is not None:
        counting = np.flatnonzero(weights)
        table, targets, weights = table.rows(counting), targets[counting], weights[counting]
    table = table.varying()
    digests = [_digests(table.rows(part), targets[part]) for part in table.parts()]
    _, first, kind = np.unique(np.concatenate(digests), return_index=True, return_inverse=True)
    summed = np.bincount(kind, weights).astype(np.float64)
    alike = bool((summed == summed[0]).all())
    return DistinctRows(table.rows(first), targets[first], None if alike else summed)


def _digests(table: Table, targets: np.ndarray) -> np.ndarray:
    """16 bytes for each row, the same for equal rows and for no others."""
    numbers = np.column_stack([table.numbers, *table.low_digits.values(), targets])
    numbers = numbers.astype(np.float64) + 0.0  # there is one zero, not a negative one beside it
    texts = ["\0".join(row).encode("utf-8", "surrogatepass") for row in table.categories]
    return np.array(
        [
            hashlib.blake2b(row.tobytes() + text, digest_size=16).digest()
            for row, text in zip(numbers, texts, strict=True)
        ],
        dtype="V16",
    )
