"""Columns of categories as inputs of a network: one for each category."""

from __future__ import annotations

import warnings
from typing import Self

import numpy as np
from sklearn.preprocessing import OneHotEncoder

from spectral.tables.table_columns import Table

MOST_CATEGORIES = 50
"""Of one column; where it has more, the rarest share an input."""


class OneHotCategories:
    """Encodes the columns of categories of a table.

    An input is 1 where its category holds and 0 elsewhere; a column of two categories takes one
    input. Standardised, the inputs of a column have mean 0 and *together* variance 1: a column of
    two categories is then the same input as the same column in numbers. A category that the fit has
    not seen counts as a rare one, or as none.

    Parameters
    ----------
    standardise : bool, default=True
        Without it inputs are zeros and ones.

    Attributes
    ----------
    widths : list of int
        How many inputs each column takes.

    Examples
    --------
    >>> from spectral.tables.table_reading import read_table
    >>> table = read_table([["red", "no"], ["blue", "yes"], ["green", "no"]])
    >>> categories = OneHotCategories(standardise=False).fit(table, None)
    >>> categories.widths, categories.transform(table).tolist()
    ([3, 1], [[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0]])
    """

    widths: list[int]

    def __init__(self, standardise: bool = True) -> None:
        self.standardise = standardise

    def fit(self, table: Table, weights: np.ndarray | None) -> Self:
        """Learn the categories of columns that vary, and how frequent these are."""
        self._encoders = [
            OneHotEncoder(
                drop="if_binary",
                handle_unknown="infrequent_if_exist",
                max_categories=MOST_CATEGORIES,
                sparse_output=False,
            ).fit(column[:, None])
            for column in table.categories.T
        ]
        columns = self._one_hot(table)
        self.widths = [column.shape[1] for column in columns]
        self._means = [np.average(column, axis=0, weights=weights) for column in columns]
        return self

    def transform(self, table: Table) -> np.ndarray:
        """The inputs, float64 of shape ``(B, sum(widths))``."""
        columns = self._one_hot(table)
        if self.standardise:
            columns = [
                (column - mean) / np.sqrt((mean * (1 - mean)).sum())
                for column, mean in zip(columns, self._means, strict=True)
            ]
        return np.hstack([np.empty((len(table), 0)), *columns])

    def _one_hot(self, table: Table) -> list[np.ndarray]:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Found unknown categories")
            return [
                encoder.transform(column[:, None])
                for encoder, column in zip(self._encoders, table.categories.T, strict=True)
            ]
