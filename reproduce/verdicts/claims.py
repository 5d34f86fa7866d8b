"""The statements of the paper, each as a measured value with its threshold.

They are judged from the values behind the figures alone. Unless said otherwise a measured value
is that of the mean over the seeds.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from reproduce.experiments import KEPT
from reproduce.verdicts.outcome import Outcome
from spectral.datasets.mnist import SIDE

Values = Mapping[str, Any]

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}


@dataclass(frozen=True)
class Claim:
    """One statement about one figure: ``measure(values)`` must stand in ``relation`` to
    ``threshold``."""

    figure: int
    paper: str
    """What the paper says, in our words."""

    statement: str
    """What is measured."""

    measure: Callable[[Values], float]
    relation: str
    threshold: float
    percent: bool = True
    """Whether value and threshold are shares, to be shown in percent."""

    seeds: int = 10
    """From how many seeds on it holds in 999 of 1000 draws, where it is true."""

    def show(self, value: float | None) -> str:
        if value is None:
            return "cannot be computed"
        return f"{100 * value:.4g} %" if self.percent else f"{value:.4g}"


@dataclass(frozen=True)
class Verdict:
    """What a claim came to; ``value`` is None where it could not be computed."""

    claim: Claim
    value: float | None
    outcome: Outcome


def judge(claim: Claim, values: Values, seeds: int) -> Verdict:
    """Measure a claim by so many seeds; what cannot be computed has failed.

    Where it does not hold by fewer seeds than it needs, it is open: chance may have done it.
    """
    try:
        value = float(claim.measure(values))
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError):
        value = math.nan
    if not math.isfinite(value):
        return Verdict(claim, None, Outcome.FAILS)
    if RELATIONS[claim.relation](value, claim.threshold):
        return Verdict(claim, value, Outcome.HOLDS)
    return Verdict(claim, value, Outcome.OPEN if seeds < claim.seeds else Outcome.FAILS)


def judge_all(contents: Mapping[int, Mapping[str, Any]]) -> list[Verdict]:
    """Every claim about the figures at hand, from their JSON by number."""
    return [
        judge(claim, contents[claim.figure]["values"], len(contents[claim.figure]["seeds"]))
        for claim in CLAIMS
        if claim.figure in contents
    ]


def largest_irrelevant(values: Values) -> float:
    """Fig. 1: the largest eigenvalue of an input without distance, over the largest of all."""
    mean, distance = _arrays(values, "mean", "distance")
    return mean[distance == 0].max() / mean.max()


def smallest_relevant(values: Values) -> float:
    """Fig. 1: the smallest eigenvalue of an input of distance 0.2 or more, over the largest."""
    mean, distance = _arrays(values, "mean", "distance")
    return mean[distance >= 0.2].min() / mean.max()


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
    return mean[p == 0].max() / mean.max()


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
    ones, zeros = (distance[_brighter_in_ones(values, digit)].mean() for digit in (True, False))
    return ones / zeros


def smallest_share_near_zero(values: Values) -> float:
    """Fig. 7: the share of eigenvalues below 5 % of the largest, in the worst seed."""
    (relevance,) = _arrays(values, "relevance")
    return (relevance < 0.05).mean(axis=1).min()


def highest_mode(values: Values) -> float:
    """Fig. 7: where the fullest bin of the histogram starts, in the worst seed."""
    histogram, edges = _arrays(values, "histogram", "edges")
    return edges[histogram.argmax(axis=1)].max()


CLAIMS = (
    Claim(
        1,
        "eigenvalues of irrelevant inputs are zero",
        "largest irrelevant eigenvalue, of the largest",
        largest_irrelevant,
        "at most",
        0.02,
    ),
    Claim(
        1,
        "those of relevant inputs are not",
        "smallest eigenvalue at distance ≥ 0.2, of the largest",
        smallest_relevant,
        "above",
        0.05,
        seeds=1,
    ),
    Claim(
        1,
        "their size grows with the distance of the class means",
        "Pearson correlation with the distance",
        pearson("distance"),
        "at least",
        0.95,
        False,
        seeds=1,
    ),
    Claim(
        1,
        "as above, by rank",
        "Spearman correlation with the distance",
        spearman("distance"),
        "at least",
        0.9,
        False,
        seeds=1,
    ),
    Claim(
        2,
        "the two of a pair get the same eigenvalue",
        "largest difference within a pair",
        largest_difference_in_pair,
        "at most",
        0.1,
    ),
    Claim(
        2,
        "irrelevant inputs get zero",
        "largest irrelevant eigenvalue, of the largest",
        largest_noise,
        "at most",
        0.01,
        seeds=1,
    ),
    Claim(
        2,
        "the more informative the pair, the larger",
        "smallest step up from pair to pair with p",
        smallest_step_between_pairs,
        "above",
        0.0,
        seeds=1,
    ),
    Claim(
        2,
        "in proportion to p",
        "Pearson correlation with p",
        pearson("p"),
        "at least",
        0.97,
        False,
        seeds=1,
    ),
    Claim(
        3,
        "accuracy above 99 %",
        "test accuracy, worst seed",
        lowest_full_accuracy,
        "above",
        0.99,
        seeds=1,
    ),
    Claim(
        3,
        "20 pixels come close to all 784",
        "accuracy lost with 20 pixels",
        accuracy_lost(20),
        "at most",
        0.02,
    ),
    Claim(
        3,
        "random pixels do not",
        "accuracy with 20 random pixels",
        random_accuracy,
        "at most",
        0.75,
        seeds=6,
    ),
    Claim(
        3,
        "the rise is sharp",
        "accuracy lost with 40 pixels",
        accuracy_lost(40),
        "at most",
        0.005,
        seeds=1,
    ),
    Claim(
        4,
        "a “one” lights up some of the 20 pixels",
        "pixels of the 20 brighter in ones",
        brighter(in_ones=True),
        "at least",
        1,
        False,
        seeds=1,
    ),
    Claim(
        4,
        "a “zero” lights up others",
        "pixels of the 20 brighter in zeros",
        brighter(in_ones=False),
        "at least",
        1,
        False,
        seeds=1,
    ),
    Claim(
        4,
        "those of the ones are in the centre",
        "distance from the centre, ones over zeros",
        distance_from_center,
        "below",
        1,
        False,
        seeds=1,
    ),
    Claim(
        7,
        "few eigenvalues are not zero",
        "eigenvalues below 5 % of the largest, worst seed",
        smallest_share_near_zero,
        "at least",
        0.75,
        seeds=1,
    ),
    Claim(
        7,
        "the histogram peaks at zero",
        "start of the fullest bin, worst seed",
        highest_mode,
        "at most",
        0,
        False,
        seeds=1,
    ),
)


def _arrays(values: Values, *keys: str) -> list[np.ndarray]:
    arrays = [np.asarray(values[key], dtype=float) for key in keys]
    if not all(array.size and np.isfinite(array).all() for array in arrays):
        raise ValueError(f"{' or '.join(keys)} is empty or holds NaN or infinity")
    return arrays


def _pairs(values: Values) -> np.ndarray:
    mean, p = _arrays(values, "mean", "p")
    return mean[p > 0].reshape(-1, 2)


def _accuracy_with(values: Values, key: str, pixels: int) -> float:
    return _arrays(values, key)[0][:, list(values["pixels"]).index(pixels)].mean()


def _brighter_in_ones(values: Values, in_ones: bool) -> np.ndarray:
    zeros, ones = _arrays(values, "brightness_zeros", "brightness_ones")
    return ones > zeros if in_ones else zeros > ones
