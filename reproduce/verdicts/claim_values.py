"""What the claims measure, each from the values behind one figure.

Unless said otherwise a value is that of the mean over the seeds. Each raises
:class:`NotMeasurableError` where the values lack what it needs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from reproduce.experiments import KEPT
from reproduce.figure import Values
from spectral.datasets.mnist import SIDE


class NotMeasurableError(Exception):
    """The values behind a figure lack what a claim measures; the message says what."""


def largest_irrelevant(values: Values) -> float:
    """Fig. 1: the largest eigenvalue of an input without distance, over the largest of all."""
    mean, distance = _arrays(values, "mean", "distance")
    return _chosen(mean, distance == 0).max() / mean.max()


def smallest_relevant(values: Values) -> float:
    """Fig. 1: the smallest eigenvalue of an input with a distance, over the largest of all."""
    mean, distance = _arrays(values, "mean", "distance")
    return _chosen(mean, distance > 0).min() / mean.max()


def pearson(parameter: str) -> Callable[[Values], float]:
    """The Pearson correlation of the mean eigenvalues with ``parameter``."""
    return lambda values: stats.pearsonr(*_arrays(values, "mean", parameter)).statistic


def spearman(parameter: str) -> Callable[[Values], float]:
    """The Spearman correlation of the mean eigenvalues with ``parameter``."""
    return lambda values: stats.spearmanr(*_arrays(values, "mean", parameter)).statistic


def largest_difference_in_pair(values: Values) -> float:
    """Fig. 2: the largest difference within a pair, over the larger of the two."""
    first, second = _pairs(values).T
    return (np.abs(first - second) / np.maximum(first, second)).max()


def largest_noise(values: Values) -> float:
    """Fig. 2: the largest eigenvalue of an input with p = 0, over the largest of all."""
    mean, p = _arrays(values, "mean", "p")
    return _chosen(mean, p == 0).max() / mean.max()


def smallest_step_between_pairs(values: Values) -> float:
    """Fig. 2: the smallest step between the means of two pairs next in p, over the largest."""
    mean, p = _arrays(values, "mean", "p")
    pairs = _pairs(values).mean(axis=1)[np.argsort(p[p > 0][::2])]
    return np.diff(pairs).min() / mean.max()


def lowest_full_accuracy(values: Values) -> float:
    """Fig. 3: the test accuracy with all pixels of the worst seed."""
    return _arrays(values, "accuracy_full")[0].min()


def accuracy_lost(pixels: int) -> Callable[[Values], float]:
    """Fig. 3: full accuracy less that with the ``pixels`` most relevant pixels."""
    return lambda values: (
        _arrays(values, "accuracy_full")[0].mean() - _accuracy_with(values, "accuracy", pixels)
    )


def pixels_of_the_rise(values: Values) -> float:
    """Fig. 3: over how many pixels the accuracy climbs from 10 % to 99 % of its rise.

    The rise is that from the fewest pixels to all of them. Between two numbers of pixels it is
    taken to be straight; 99 % count where the accuracy stays above them.
    """
    accuracy, pixels = _arrays(values, "accuracy", "pixels")
    mean = accuracy.mean(axis=0)
    if not mean[-1] > mean[0]:
        raise NotMeasurableError("the accuracy with all pixels is not above that with the fewest")
    risen = (mean - mean[0]) / (mean[-1] - mean[0])
    before, below = np.argmax(risen >= 0.1) - 1, np.flatnonzero(risen < 0.99)[-1]
    begun, ended = (
        np.interp(level, risen[k : k + 2], pixels[k : k + 2])
        for level, k in ((0.1, before), (0.99, below))
    )
    return float(ended - begun)


def random_accuracy(values: Values) -> float:
    """Fig. 3: the accuracy with 20 random pixels."""
    return _accuracy_with(values, "accuracy_random", KEPT)


def brighter(in_ones: bool) -> Callable[[Values], float]:
    """Fig. 4: how many of the 20 pixels are brighter in ones (or in zeros) on average."""
    return lambda values: float(_brighter_in_ones(values, in_ones).sum())


def distance_from_center(values: Values) -> float:
    """Fig. 4: mean distance from the centre of the pixels of ones, over that of zeros."""
    (pixels,) = _arrays(values, "pixels")
    rows, columns = np.divmod(pixels, SIDE)
    distance = np.hypot(rows - (SIDE - 1) / 2, columns - (SIDE - 1) / 2)
    ones, zeros = (
        _chosen(distance, _brighter_in_ones(values, digit)).mean() for digit in (True, False)
    )
    return ones / zeros


def smallest_share_near_zero(values: Values) -> float:
    """Fig. 7: the share of eigenvalues below 5 % of the largest, in the worst seed."""
    (relevance,) = _arrays(values, "relevance")
    return (relevance < 0.05).mean(axis=1).min()


def highest_mode(values: Values) -> float:
    """Fig. 7: where the fullest bin of the histogram starts, in the worst seed."""
    histogram, edges = _arrays(values, "histogram", "edges")
    return edges[histogram.argmax(axis=1)].max()


def _arrays(values: Values, *keys: str) -> list[np.ndarray]:
    """The arrays of these names, none of them missing, empty, or with something but numbers."""
    arrays = []
    for key in keys:
        try:
            array = np.asarray(values[key], dtype=float)
        except (KeyError, TypeError, ValueError):
            raise NotMeasurableError(f"{key} is missing or no array of numbers") from None
        if not array.size or not np.isfinite(array).all():
            raise NotMeasurableError(f"{key} is empty or holds NaN or infinity")
        arrays.append(array)
    return arrays


def _chosen(array: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Some numbers of an array: at least one."""
    if not which.any():
        raise NotMeasurableError("none of the numbers is of the kind that is looked for")
    return array[which]


def _pairs(values: Values) -> np.ndarray:
    """Fig. 2: the mean eigenvalues of the relevant inputs, ``(pairs, 2)``."""
    mean, p = _arrays(values, "mean", "p")
    relevant = _chosen(mean, p > 0)
    if len(relevant) % 2 or len(relevant) < 4:
        raise NotMeasurableError(f"{len(relevant)} inputs are no pairs to compare")
    return relevant.reshape(-1, 2)


def _accuracy_with(values: Values, key: str, pixels: int) -> float:
    """Fig. 3: the accuracy with so many pixels."""
    accuracy, measured_at = _arrays(values, key, "pixels")
    return float(_chosen(accuracy.mean(axis=0), measured_at == pixels)[0])


def _brighter_in_ones(values: Values, in_ones: bool) -> np.ndarray:
    zeros, ones = _arrays(values, "brightness_zeros", "brightness_ones")
    return ones > zeros if in_ones else zeros > ones
