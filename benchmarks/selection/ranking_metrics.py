"""How good a ranking is, and how much two of them agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score


def precision_of_true(scores: np.ndarray, relevance: np.ndarray) -> float | None:
    """The average precision of the inputs that decide; None where none or all do.

    Examples
    --------
    >>> precision_of_true(np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.0, 0.2]))
    1.0
    """
    decides = relevance > 0
    if decides.all() or not decides.any():
        return None
    return float(average_precision_score(decides, scores))


def correlation_with_true(scores: np.ndarray, relevance: np.ndarray) -> float | None:
    """Spearman's correlation with the true relevance; None where that knows no more or less.

    Examples
    --------
    >>> correlation_with_true(np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.0, 0.2]))
    1.0
    >>> correlation_with_true(np.array([3.0, 1.0, 2.0]), np.array([1.0, 0.0, 0.0])) is None
    True
    """
    if len(np.unique(relevance)) < 3:
        return None
    return agreement(scores, relevance) or 0.0


def agreement(first: np.ndarray, second: np.ndarray) -> float | None:
    """Spearman's correlation; None where one of both does not tell any two columns apart.

    Examples
    --------
    >>> agreement(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
    -1.0
    >>> agreement(np.zeros(3), np.ones(3)) is None
    True
    """
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return round(float(spearmanr(first, second).statistic), 9)


def area(kept: Sequence[int], values: Sequence[float]) -> float:
    """The mean height of a curve over the logarithm of the number of inputs kept.

    Examples
    --------
    >>> area([1, 10, 100], [0.0, 1.0, 1.0])
    0.75
    """
    places = np.log(kept)
    return float(np.trapezoid(values, places) / (places[-1] - places[0]))
