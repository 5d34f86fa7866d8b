"""Measures of a ranking, against computations by hand."""

import numpy as np
import pytest
from scipy.stats import rankdata

from benchmarks.selection.ranking_metrics import (
    agreement,
    area,
    correlation_with_true,
    precision_of_true,
)

RELEVANCE = np.array([0.0, 2.0, 0.0, 1.0, 0.0, 3.0])


def test_precision_is_the_mean_over_the_true_inputs_of_how_many_before_them_are_true() -> None:
    scores = np.array([5.0, 6.0, 4.0, 3.0, 2.0, 1.0])  # true ones in places 1, 4 and 6
    assert precision_of_true(scores, RELEVANCE) == pytest.approx((1 / 1 + 2 / 4 + 3 / 6) / 3)


def test_ties_do_not_help() -> None:
    assert precision_of_true(np.zeros(6), RELEVANCE) == pytest.approx(1 / 2)


@pytest.mark.parametrize("relevance", [np.zeros(6), np.ones(6)])
def test_without_a_truth_to_find_there_is_no_precision(relevance: np.ndarray) -> None:
    assert precision_of_true(np.arange(6.0), relevance) is None


def test_correlation_is_that_of_the_ranks() -> None:
    scores = np.random.default_rng(0).normal(size=6)
    expected = np.corrcoef(rankdata(scores), rankdata(RELEVANCE))[0, 1]
    assert correlation_with_true(scores, RELEVANCE) == pytest.approx(expected)
    assert correlation_with_true(np.zeros(6), RELEVANCE) == 0
    assert correlation_with_true(scores, (RELEVANCE > 0).astype(float)) is None


def test_agreement_knows_order_alone() -> None:
    scores = np.random.default_rng(1).normal(size=20)
    assert agreement(scores, np.exp(scores)) == 1
    assert agreement(scores, -scores) == -1
    assert agreement(scores, np.zeros(20)) is None


def test_the_area_is_the_mean_height_over_the_logarithm() -> None:
    kept = np.array([1, 2, 5, 10, 40])
    heights = 0.3 + 0.1 * np.log(kept)
    assert area(kept.tolist(), heights.tolist()) == pytest.approx(0.3 + 0.05 * np.log(40))
