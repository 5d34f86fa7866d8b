"""The permutation tests agree with scipy's and with tests made for normal samples."""

import numpy as np
import pytest
from scipy import stats

from reproduce.verdicts.permutation import fewest_pairs, fewest_seeds, independent, paired

NO_SCALE = np.zeros(1)


@pytest.fixture
def random() -> np.random.Generator:
    """The same for each test, whichever ran before."""
    return np.random.default_rng(1)


def test_one_number_of_independent_samples_is_scipys_permutation_test(
    random: np.random.Generator,
) -> None:
    found, expected = random.normal(0.9, 1, (4, 1)), random.normal(0, 1, (6, 1))
    test = independent(found, expected, NO_SCALE)
    assert test.exact
    scipys = stats.permutation_test(
        (found[:, 0], expected[:, 0]),
        lambda a, b, axis: abs(a.mean(axis) - b.mean(axis)),
        alternative="greater",
    )
    assert test.p_value(test.distances[0]) == pytest.approx(scipys.pvalue)
    both = np.concatenate([found, expected])[:, 0]
    unit = both.std() * np.sqrt(1 / 4 + 1 / 6)
    assert test.distances[0] == pytest.approx(abs(found.mean() - expected.mean()) / unit)


def test_one_number_of_pairs_is_scipys_permutation_test(random: np.random.Generator) -> None:
    found = random.normal(0, 1, (9, 1))
    expected = found + random.normal(0.3, 0.5, (9, 1))
    test = paired(found, expected, NO_SCALE)
    assert test.exact
    scipys = stats.permutation_test(
        (found[:, 0], expected[:, 0]),
        lambda a, b, axis: (a - b).mean(axis),
        permutation_type="samples",
    )
    assert test.p_value(test.distances[0]) == pytest.approx(scipys.pvalue)


def test_many_samples_give_the_p_value_of_the_t_test(random: np.random.Generator) -> None:
    found, expected = random.normal(0.4, 1, (40, 1)), random.normal(0, 1, (60, 1))
    test = independent(found, expected, NO_SCALE)
    t_test = stats.ttest_ind(found[:, 0], expected[:, 0]).pvalue
    assert test.p_value(test.distances[0]) == pytest.approx(t_test, rel=0.2, abs=0.005)


def test_many_numbers_raise_the_p_value_of_one(random: np.random.Generator) -> None:
    found, expected = random.normal(0, 1, (10, 100)), random.normal(0, 1, (40, 100))
    found[:, 0] += 1 + expected[:, 0].mean() - found[:, 0].mean()
    alone = independent(found[:, :1], expected[:, :1], np.zeros(1))
    among = independent(found, expected, np.zeros(100))
    assert among.distances[0] == pytest.approx(alone.distances[0])
    assert among.p_value(among.distances[0]) > 5 * alone.p_value(alone.distances[0])


def test_good_samples_are_refused_as_often_as_the_p_value_says(random: np.random.Generator) -> None:
    smallest = []
    for _ in range(40):
        found, expected = random.normal(size=(10, 30)), random.normal(size=(20, 30))
        test = independent(found, expected, np.zeros(30))
        smallest.append(test.p_value(test.distances.max()))
    assert stats.kstest(smallest, "uniform").pvalue > 0.001


def test_numbers_without_spread_do_not_count_and_tiny_differences_neither() -> None:
    found, expected = np.full((10, 2), 0.5), np.full((40, 2), 0.5)
    assert not independent(found, expected, np.zeros(2)).distances.any()
    assert not paired(found, expected[:10], np.zeros(2)).distances.any()
    found[:, 1] += 1e-5
    test = independent(found, expected, np.ones(2))
    assert test.distances[1] < 0.1
    outlier = np.full((10, 1), 0.5)
    outlier[3] = 0.9  # one seed is another one: chance puts it into either sample
    test = independent(outlier, expected[:, :1], np.ones(1))
    assert test.p_value(test.distances[0]) == pytest.approx(0.2, abs=0.02)


def test_it_answers_the_same_twice(random: np.random.Generator) -> None:
    found, expected = random.normal(0.3, 1, (10, 5)), random.normal(0, 1, (40, 5))
    first, second = (independent(found, expected, np.ones(5)) for _ in range(2))
    assert (first.largest == second.largest).all()
    assert not first.exact


@pytest.mark.parametrize(("significance", "pairs"), [(0.25, 3), (0.002, 10), (0.05, 6)])
def test_fewest_pairs_can_reach_the_significance(significance: float, pairs: int) -> None:
    assert fewest_pairs(significance) == pairs
    apart = np.arange(1, pairs + 1)[:, None]
    test = paired(apart + 5.0, apart * 1.0, NO_SCALE)
    assert test.p_value(test.distances[0]) <= significance
    test = paired(apart[1:] + 5.0, apart[1:] * 1.0, NO_SCALE)
    assert test.p_value(test.distances[0]) > significance


@pytest.mark.parametrize(("expected", "significance"), [(10, 0.004), (40, 0.001), (5, 0.02)])
def test_fewest_seeds_can_reach_the_significance(expected: int, significance: float) -> None:
    seeds = fewest_seeds(expected, significance)
    others = np.linspace(-1, 1, expected)[:, None]
    for number, reaches in ((seeds, True), (seeds - 1, False)):
        test = independent(np.linspace(40, 42, number)[:, None], others, NO_SCALE)
        assert (test.p_value(test.distances[0]) <= significance) is reaches
