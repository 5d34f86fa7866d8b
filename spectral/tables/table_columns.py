"""The columns of a table, as numbers and categories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import gen_batches

ROWS_AT_ONCE = 8192


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a table as numbers and categories; no cell is empty, NaN or infinite.

    Parameters
    ----------
    labels : list of str or int
        What the columns are called: their names in a DataFrame, else their places.
    numeric : list of int
        The places of the columns of numbers, in order.
    numbers : ndarray
        ``(B, len(numeric))``, real numbers of any type.
    low_digits : dict of int to ndarray
        ``(B,)``, by the place in ``numbers`` to which they are to be added. Of whole numbers beyond
        2⁵³ the high digits are in ``numbers`` and the low ones here, so that both are exact.
    categorical : list of int
        The places of the columns of categories, in order.
    categories : ndarray
        ``(B, len(categorical))``, of ``str``.
    """

    labels: list[Any]
    numeric: list[int]
    numbers: np.ndarray
    low_digits: dict[int, np.ndarray]
    categorical: list[int]
    categories: np.ndarray

    def __len__(self) -> int:
        return len(self.numbers)

    def only(self, numeric: list[int], categorical: list[int]) -> Table:
        """Some of the columns, which must be of numbers and of categories as they are asked for.

        Raises
        ------
        ValueError
            If one holds the other kind.
        """
        for kind, places, own in (
            ("numbers", numeric, self.numeric),
            ("categories", categorical, self.categorical),
        ):
            for place in sorted(set(places) - set(own)):
                raise ValueError(
                    f"column {self.labels[place]!r} of X holds no {kind} now, but did when the "
                    "estimator was fitted"
                )
        if numeric == self.numeric and categorical == self.categorical:
            return self
        numbers = np.searchsorted(self.numeric, numeric)
        categories = np.searchsorted(self.categorical, categorical)
        return Table(
            self.labels,
            numeric,
            self.numbers[:, numbers],
            {
                new: self.low_digits[old]
                for new, old in enumerate(numbers)
                if old in self.low_digits
            },
            categorical,
            self.categories[:, categories],
        )

    def varying(self) -> Table:
        """The columns that are not constant."""
        numbers = (self.numbers != self.numbers[:1]).any(axis=0)
        for place, digits in self.low_digits.items():
            numbers[place] |= bool((digits != digits[0]).any())
        categories = (self.categories != self.categories[:1]).any(axis=0)
        return self.only(
            [place for place, varies in zip(self.numeric, numbers, strict=True) if varies],
            [place for place, varies in zip(self.categorical, categories, strict=True) if varies],
        )

    def parts(self) -> Iterator[slice]:
        """Slices of rows, few enough to hold float64 copies of them."""
        return gen_batches(len(self), ROWS_AT_ONCE)

    def rows(self, chosen: np.ndarray | slice) -> Table:
        """Some of the rows."""
        return Table(
            self.labels,
            self.numeric,
            self.numbers[chosen],
            {place: digits[chosen] for place, digits in self.low_digits.items()},
            self.categorical,
            self.categories[chosen],
        )
