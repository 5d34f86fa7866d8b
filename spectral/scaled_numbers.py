"""Columns of numbers as inputs of a network: of mean 0 and deviation 1, whatever their scale."""

from __future__ import annotations

from typing import Self

import numpy as np
from sklearn.preprocessing import StandardScaler

from spectral.table_columns import Table


class ScaledNumbers:
    """Standardises the columns of numbers that are not constant.

    Values are taken relative to the first row and to the largest distance from it, both in float64,
    before scikit-learn's ``StandardScaler`` squares them: 1e30 and 1e-30 keep their digits, and so
    do whole numbers beyond 2⁵³ that lie less than 2⁵³ apart.

    Parameters
    ----------
    standardise : bool, default=True
        Without it values stay as they are.

    Attributes
    ----------
    kept : ndarray
        The places in ``Table.numbers`` of the columns that vary, in order.

    Examples
    --------
    >>> from spectral.table_columns import read_table
    >>> table = read_table([[2**60, 7], [2**60 + 1, 7]])
    >>> numbers = ScaledNumbers().fit(table, None)
    >>> numbers.kept.tolist(), numbers.transform(table).tolist()
    ([0], [[-1.0], [1.0]])
    """

    kept: np.ndarray

    def __init__(self, standardise: bool = True) -> None:
        self.standardise = standardise

    def fit(self, table: Table, weights: np.ndarray | None) -> Self:
        """Learn which columns vary, and their scales; rows count with their weights, ``(B,)``."""
        varies = (table.numbers != table.numbers[:1]).any(axis=0)
        for place, digits in table.low_digits.items():
            varies[place] |= bool((digits != digits[0]).any())
        self.kept = np.flatnonzero(varies)
        self._origin = np.zeros(len(self.kept))
        self._low_origin: dict[int, float] = {}
        if self.standardise and len(self.kept):
            self._origin += table.numbers[0, self.kept]
            self._low_origin = {place: digits[0] for place, digits in table.low_digits.items()}
            self._fit_scales(table, weights)
        return self

    def transform(self, table: Table) -> np.ndarray:
        """The inputs, float64 of shape ``(B, len(kept))``."""
        values = self._relative(table)
        if self.standardise and len(self.kept):
            values = self._scaler.transform(values / self._reach)
        return values

    def _fit_scales(self, table: Table, weights: np.ndarray | None) -> None:
        with np.errstate(over="ignore"):
            distances = [
                abs(self._relative(table.rows(part))).max(axis=0) for part in table.parts()
            ]
        self._reach = np.max(distances, axis=0)
        beyond = np.flatnonzero(~np.isfinite(self._reach))
        if len(beyond):
            label = table.labels[table.numeric[self.kept[beyond[0]]]]
            raise ValueError(
                f"column {label!r} of X holds numbers further apart than the largest of float64"
            )
        self._scaler = StandardScaler(copy=False)
        for part in table.parts():
            values = self._relative(table.rows(part)) / self._reach
            self._scaler.partial_fit(values, None, None if weights is None else weights[part])

    def _relative(self, table: Table) -> np.ndarray:
        """Values less those of the first row of the fit."""
        values = table.numbers[:, self.kept] - self._origin
        for position, place in enumerate(self.kept):
            if place in self._low_origin or place in table.low_digits:
                low, origin = table.low_digits.get(place, 0.0), self._low_origin.get(place, 0.0)
                values[:, position] += low - origin
        return values
