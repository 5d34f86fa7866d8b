"""Whether differences between methods are more than chance: paired tests, corrected by Holm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TypeVar

import numpy as np
from scipy.stats import t as student
from scipy.stats import wilcoxon

from benchmarks.selection.compared_tables import TEST_SHARE

Key = TypeVar("Key")
OVERLAP = TEST_SHARE / (1 - TEST_SHARE)
"""Test rows for each training row, where repetitions are splits of the same rows."""


def paired_p(first: Sequence[float], second: Sequence[float], anew: bool) -> float:
    """The p-value of a two-sided paired t-test over repetitions.

    Splits of the same rows are not independent: there the variance of the mean is enlarged, as
    C. Nadeau and Y. Bengio, Machine Learning 52 (2003) 239, do it.

    Parameters
    ----------
    first, second : sequence of float
        One number a repetition, two at least.
    anew : bool
        Whether each repetition was drawn anew.

    Examples
    --------
    >>> from scipy.stats import ttest_rel
    >>> first, second = [0.9, 0.8, 0.7, 0.9], [0.6, 0.7, 0.6, 0.5]
    >>> bool(np.isclose(paired_p(first, second, anew=True), ttest_rel(first, second).pvalue))
    True
    >>> paired_p(first, second, anew=False) > paired_p(first, second, anew=True)
    True
    """
    differences = np.subtract(first, second)
    number = len(differences)
    spread = differences.std(ddof=1) * np.sqrt(1 / number + (0 if anew else OVERLAP))
    if spread == 0:
        return 0.0 if differences.any() else 1.0
    return float(2 * student.sf(abs(differences.mean()) / spread, number - 1))


def signed_rank_p(first: Sequence[float], second: Sequence[float]) -> float:
    """The p-value of Wilcoxon's signed-rank test over tables.

    Examples
    --------
    >>> signed_rank_p([0.9, 0.8, 0.7], [0.9, 0.8, 0.7])
    1.0
    """
    if np.array_equal(first, second):
        return 1.0
    return float(wilcoxon(first, second).pvalue)


def can_be_corrected() -> bool:
    """Whether statsmodels is installed."""
    return find_spec("statsmodels") is not None


def corrected(p: Mapping[Key, float]) -> dict[Key, float]:
    """The p-values by name, corrected by Holm for their number; none where it cannot be done.

    Examples
    --------
    >>> corrected({})
    {}
    """
    if not p or not can_be_corrected():
        return {}
    from statsmodels.stats.multitest import multipletests

    return dict(zip(p, multipletests([*p.values()], method="holm")[1].tolist(), strict=True))
