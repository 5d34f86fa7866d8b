"""From the columns of a table to the inputs of a network, and from inputs back to columns."""

from __future__ import annotations

from typing import Self

import numpy as np

from spectral.tables.one_hot_categories import OneHotCategories
from spectral.tables.scaled_numbers import ScaledNumbers
from spectral.tables.table_columns import Table


class TableEncoder:
    """Makes the inputs of a network out of the columns of a table.

    A column of numbers becomes one input, see :mod:`spectral.tables.scaled_numbers`; a column of
    categories one for each, see :mod:`spectral.tables.one_hot_categories`. Columns that are
    constant become none.

    Parameters
    ----------
    standardise : bool, default=True
        Whether each column gets mean 0 and variance 1.

    Attributes
    ----------
    varying : ndarray
        The places of the columns that are not constant, in order.
    groups : ndarray
        ``(inputs,)``: to which of the varying columns an input belongs, counted from 0.

    Raises
    ------
    ValueError
        From :meth:`fit`, if all columns are constant; from :meth:`transform`, if a column holds
        numbers instead of categories or the other way round, or values are too large.

    Examples
    --------
    >>> from spectral.tables.table_reading import read_table
    >>> table = read_table([["red", 5, 1], ["blue", 5, 3], ["green", 5, 3]])
    >>> encoder = TableEncoder().fit(table)
    >>> encoder.varying.tolist(), encoder.groups.tolist()
    ([0, 2], [1, 0, 0, 0])
    >>> encoder.transform(table).shape
    (3, 4)
    """

    varying: np.ndarray
    groups: np.ndarray

    def __init__(self, standardise: bool = True) -> None:
        self._numbers = ScaledNumbers(standardise)
        self._categories = OneHotCategories(standardise)

    def fit(self, table: Table, weights: np.ndarray | None = None) -> Self:
        """Learn which columns vary, their scales and categories; rows count with their weights."""
        table = table.varying()
        places = table.numeric + table.categorical
        if not places:
            raise ValueError(
                f"X is constant: each of its {len(table.labels)} columns holds one value alone, "
                "so that there is nothing to learn from"
            )
        self._numeric, self._categorical = table.numeric, table.categorical
        self._numbers.fit(table, weights)
        self._categories.fit(table, weights)
        self.varying, column = np.unique(places, return_inverse=True)
        self.groups = np.repeat(column, [1] * len(table.numeric) + self._categories.widths)
        return self

    def transform(self, table: Table) -> np.ndarray:
        """The inputs, float32 of shape ``(B, inputs)``."""
        table = table.only(self._numeric, self._categorical)
        inputs = np.empty((len(table), len(self.groups)), dtype=np.float32)
        for rows in table.parts():
            part = table.rows(rows)
            values = np.hstack([self._numbers.transform(part), self._categories.transform(part)])
            largest = abs(values).max()
            if not largest <= np.finfo(np.float32).max:
                raise ValueError(
                    f"X holds {largest:g} (standardised, if that was asked for), but networks "
                    "compute in float32, up to 3.4e38: scale it"
                )
            inputs[rows] = values
        return inputs


def relevance_of_columns(relevance: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The relevance of columns out of that of their inputs: the norm of the whole block of weights.

    Parameters
    ----------
    relevance : ndarray
        ``(S, inputs)``, the norm of each input's weights.
    groups : ndarray
        ``(inputs,)``, to which column an input belongs.

    Returns
    -------
    ndarray
        ``(S, columns)``: the root of the sum of squares over a column's inputs.

    Examples
    --------
    >>> relevance_of_columns(np.array([[1.0, 3.0, 4.0]]), np.array([0, 1, 1])).tolist()
    [[1.0, 5.0]]
    """
    squares = np.zeros((len(relevance), groups.max() + 1))
    np.add.at(squares.T, groups, np.square(relevance.T, dtype=np.float64))
    return np.sqrt(squares)
