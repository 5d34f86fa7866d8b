"""Permutation tests over many numbers at once: are two samples of seeds from one distribution?

If they are, it does not matter which seed belongs to which sample. The statistic is the largest
difference of the means over all numbers, each in units of its own deviation; compared with its
distribution over exchanges of seeds it accounts for how many numbers there are and how they hang
together (single-step maxT of Westfall and Young, 1993).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

RESAMPLES = 9999
NEGLIGIBLE = 0.001
"""Of the scale of a number, added to its deviation, so that a difference that nobody would see does
not count however small the deviation is (the constant s0 of Tusher et al., 2001)."""


@dataclass(frozen=True)
class Permutations:
    """How far two samples are apart, and what exchanging seeds gives.

    Attributes
    ----------
    distances : (K,)
        The difference of the means of each number, in units of its deviation; never negative.
    largest : (R,)
        The largest distance in each of R exchanges.
    exact : bool
        Whether these are all the exchanges there are, rather than a random choice.
    """

    distances: np.ndarray
    largest: np.ndarray
    exact: bool

    def p_value(self, distance: float) -> float:
        """How often exchanges reach a distance somewhere: the family-wise p-value."""
        reached = int((self.largest >= distance * (1 - 1e-9)).sum())
        drawn = 0 if self.exact else 1  # a random choice counts the samples as they are, too
        return (reached + drawn) / (len(self.largest) + drawn)


def independent(found: np.ndarray, expected: np.ndarray, scale: np.ndarray) -> Permutations:
    """Deal all seeds anew to two samples ``(n, K)`` and ``(N, K)``; ``scale`` (K).

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> found, expected = random.normal(size=(10, 50)), random.normal(size=(40, 50))
    >>> permutations = independent(found, expected, scale=np.ones(50))
    >>> permutations.p_value(permutations.distances.max()) > 0.05
    True
    >>> permutations = independent(found + 1.5, expected, scale=np.ones(50))
    >>> permutations.p_value(permutations.distances.max())
    0.0001
    """
    together = np.concatenate([found, expected])
    seeds, expected_seeds = len(found), len(expected)
    total = together.sum(axis=0)
    unit = together.std(axis=0) + NEGLIGIBLE * scale
    unit *= math.sqrt(1 / seeds + 1 / expected_seeds)

    def distances(rows: np.ndarray) -> np.ndarray:
        chosen = np.zeros((len(rows), len(together)))
        np.put_along_axis(chosen, rows, 1, axis=1)
        of_chosen = chosen @ together
        means = of_chosen / seeds - (total - of_chosen) / expected_seeds
        return in_units(means, unit)

    rows = np.arange(len(together))
    return _permuted(distances, rows[:seeds], rows[seeds:], "independent")


def paired(found: np.ndarray, expected: np.ndarray, scale: np.ndarray) -> Permutations:
    """Exchange within pairs, the same seeds on both sides: ``(n, K)`` each; ``scale`` (K).

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> found = random.normal(size=(10, 50))
    >>> permutations = paired(found, found + random.normal(0, 0.1, (10, 50)), np.ones(50))
    >>> permutations.p_value(permutations.distances.max()) > 0.05
    True
    >>> permutations = paired(found, found + random.normal(0.2, 0.1, (10, 50)), np.ones(50))
    >>> permutations.p_value(permutations.distances.max())
    0.001953125
    """
    differences = found - expected
    pairs = len(differences)
    unit = np.sqrt(np.square(differences).mean(axis=0)) + NEGLIGIBLE * scale
    unit /= math.sqrt(pairs)

    def distances(rows: np.ndarray) -> np.ndarray:
        signs = np.where(rows < pairs, 1.0, -1.0)
        return in_units(signs @ differences / pairs, unit)

    rows = np.arange(2 * pairs)
    return _permuted(distances, rows[:pairs], rows[pairs:], "samples")


def fewest_pairs(significance: float) -> int:
    """The number of pairs from which :func:`paired` can reach a significance at all.

    Examples
    --------
    >>> fewest_pairs(0.002)
    10
    """
    return math.ceil(1 - math.log2(significance))


def fewest_seeds(expected_seeds: int, significance: float) -> int:
    """The number of seeds from which :func:`independent` can reach a significance at all.

    At least 2: of a single one nothing is known of how far it may be away.

    Examples
    --------
    >>> fewest_seeds(80, 0.002), fewest_seeds(10, 0.002)
    (2, 4)
    """
    seeds = 2
    while math.comb(seeds + expected_seeds, seeds) * significance < 1:
        seeds += 1
    return seeds


def in_units(differences: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Sizes of differences in units; what is zero in all seeds is no difference."""
    return np.abs(np.divide(differences, unit, out=np.zeros_like(differences), where=unit > 0))


def _permuted(
    distances: Callable[[np.ndarray], np.ndarray],
    first: np.ndarray,
    second: np.ndarray,
    kind: Literal["independent", "samples"],
) -> Permutations:
    """``distances`` of the first sample as it is, and the largest of them in each exchange."""
    result = stats.permutation_test(
        (first, second),
        lambda rows, _, axis: distances(np.atleast_2d(rows)).max(axis=-1),
        permutation_type=kind,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=1000,
        alternative="greater",
        rng=np.random.default_rng(0),
    )
    null = np.ravel(result.null_distribution)
    return Permutations(distances(first[None])[0], null, exact=len(null) < RESAMPLES)
