"""A table of which it is known what decides the target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class KnownTruth:
    """A table, its target, and the columns that decide it.

    Attributes
    ----------
    name : str
        What the set is called.
    X : ndarray
        ``(rows, columns)``.
    y : ndarray
        ``(rows,)``, classes or numbers.
    true : ndarray
        The places of the columns that decide; none where ``y`` is noise.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    true: np.ndarray

    def found_among(self, ranking: np.ndarray, first: int) -> float:
        """The share of the true columns among the ``first`` of a ranking, 1 for the best."""
        return float(np.mean(ranking[self.true] <= first))

    def rows(self, chosen: np.ndarray) -> KnownTruth:
        """The same with some of the rows."""
        return KnownTruth(self.name, self.X[chosen], self.y[chosen], self.true)


def shuffled(
    name: str, X: np.ndarray, y: np.ndarray, relevant: int, random: np.random.Generator
) -> KnownTruth:
    """The set with its columns, of which the first decide, in another order."""
    order = random.permutation(X.shape[1])
    return KnownTruth(name, X[:, order], y, np.flatnonzero(order < relevant))
