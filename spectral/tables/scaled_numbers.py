"""Columns of numbers as inputs of a network: of mean 0 and deviation 1, whatever their scale."""

from __future__ import annotations

from typing import Self

import numpy as np
from sklearn.preprocessing import StandardScaler

from spectral.tables.table_columns import Table


class ScaledNumbers:
    """Standardises the columns of numbers of a table.

    Values are taken relative to the first row and to the largest distance from it, both in float64,
    before scikit-learn's ``StandardScaler`` squares them: 1e30 and 1e-30 keep their digits, and so
    do whole numbers beyond 2⁵³ that lie less than 2⁵³ apart.

    Parameters
    ----------
    standardise : bool, default=True
        Without it values stay as they are.

    Examples
    --------
    >>> from spectral.tables.table_reading import read_table
    >>> table = read_table([[2**60], [2**60 + 1]])
    >>> ScaledNumbers().fit(table, None).transform(table).tolist()
    [[-1.0], [1.0]]
    """

    def __init__(self, standardise: bool = True) -> None:
        self.standardise = standardise

    def fit(self, table: Table, weights: np.ndarray | None) -> Self:
        """Learn the scales of columns that vary; rows count with their weights, ``(B,)``.

        Raises
        ------
        ValueError
            If the numbers of a column are further apart than float64 can tell.
        """
        self._origin = np.zeros(len(table.numeric))
        self._low_origin: dict[int, float] = {}
        if self.standardise and table.numeric:
            self._origin += table.numbers[0]
            self._low_origin = {place: digits[0] for place, digits in table.low_digits.items()}
            self._fit_scales(table, weights)
        return self

    def transform(self, table: Table) -> np.ndarray:
        """The inputs, float64 of shape ``(B, numbers)``."""
        values = self._relative(table)
        if self.standardise and table.numeric:
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
            label = table.labels[table.numeric[beyond[0]]]
            raise ValueError(
                f"column {label!r} of X holds numbers further apart than the largest of float64"
            )
        self._scaler = StandardScaler(copy=False)
        for part in table.parts():
            values = self._relative(table.rows(part)) / self._reach
            self._scaler.partial_fit(values, None, None if weights is None else weights[part])

    def _relative(self, table: Table) -> np.ndarray:
        """Values less those of the first row of the fit."""
        values = table.numbers - self._origin
        for place in {*self._low_origin, *table.low_digits}:
            low, origin = table.low_digits.get(place, 0.0), self._low_origin.get(place, 0.0)
            values[:, place] += low - origin
        return values
