"""What columns tell that others tell already, as scikit-learn's regression sees it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from spectral import SpectralFeatureSelector
from spectral.samples import Samples
from spectral.selection.consensus import agreed, settings_for
from spectral.selection.elimination import Elimination, eliminate
from spectral.selection.redundancy import redundancy_beside

ROWS = 300
CLOSE = 0.005  # the ridge takes a little


def inputs(width: int = 8, seed: int = 0) -> np.ndarray:
    """Columns that go together, each in a unit of its own, of mean 0."""
    random = np.random.default_rng(seed)
    mixed = random.normal(size=(ROWS, width)) @ random.normal(size=(width, width))
    X = mixed * random.uniform(0.1, 10, width)
    return X - X.mean(axis=0)


def of_regression(X: np.ndarray, chosen: list[int], column: int, weights: Any = None) -> float:
    seen, told = X[:, chosen], X[:, column]
    return LinearRegression().fit(seen, told, weights).score(seen, told, weights)


def told(X: np.ndarray, chosen: list[int], groups: Any = None, weights: Any = None) -> np.ndarray:
    of_columns = np.arange(X.shape[1]) if groups is None else np.array(groups)
    return redundancy_beside(
        np.isin(np.arange(of_columns.max() + 1), chosen),
        torch.from_numpy(X.astype(np.float32)),
        torch.from_numpy(of_columns),
        None if weights is None else torch.from_numpy(weights).float(),
    )


def test_it_is_the_share_that_a_regression_explains() -> None:
    X, chosen = inputs(), [1, 4, 6]
    found = told(X, chosen)
    assert 0.1 < np.delete(found, chosen).min() < np.delete(found, chosen).max() < 0.99
    for column in range(8):
        assert found[column] == pytest.approx(of_regression(X, chosen, column), abs=CLOSE)


def test_rows_count_by_their_weights() -> None:
    X, chosen = inputs(), [1, 4]
    weights = np.random.default_rng(3).integers(0, 4, ROWS)
    found = told(X, chosen, weights=weights.astype(float))
    for column in range(8):
        expected = of_regression(X, chosen, column, weights)
        assert found[column] == pytest.approx(expected, abs=CLOSE)
    repeated = X.repeat(weights, axis=0)
    assert found == pytest.approx(told(repeated - repeated.mean(axis=0), chosen), abs=1e-4)


def test_of_a_column_of_several_inputs_all_of_them_tell_and_are_told() -> None:
    X, groups = inputs(), [0, 1, 1, 2, 2, 2, 3, 4]
    found = told(X, [1], groups)
    shares = [of_regression(X, [1, 2], place) for place in (3, 4, 5)]
    variance = X[:, 3:6].var(axis=0)
    assert found[2] == pytest.approx(np.average(shares, weights=variance), abs=CLOSE)
    assert found[1] == 1


def test_nothing_tells_nothing_and_a_constant_tells_nothing_and_is_told_by_nobody() -> None:
    X = inputs()
    assert told(X, []).tolist() == [0] * 8
    X[:, 7] = 0
    assert told(X, [0])[7] == 0
    assert told(X, [7]).tolist() == [0] * 7 + [1]


def test_columns_that_are_chosen_many_times_over_tell_no_more() -> None:
    """And no rounding decides: a category is as many inputs as it has values, less one."""
    random = np.random.default_rng(0)
    X = random.normal(size=(100, 45))
    X[:, 5:] = X[:, 5:6] * random.uniform(0.5, 2, 40)
    X -= X.mean(axis=0)
    found = told(X, [*range(5, 45)])
    assert found[:5] == pytest.approx(told(X, [5])[:5], abs=1e-3)
    moved = np.nextafter(X.astype(np.float32), np.float32(random.choice([-9, 9], X.shape)))
    assert told(moved, [*range(5, 45)]) == pytest.approx(found, abs=1e-4)


def test_more_columns_than_rows_tell_everything() -> None:
    X = inputs()[:5] - inputs()[:5].mean(axis=0)
    assert told(X, [*range(1, 8)])[0] > 0.98


def normal(width: int, rows: int = ROWS, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, width))


def test_what_a_seed_selects_tells_what_rises_with_it_and_no_noise() -> None:
    X = normal(12)
    X[0, [7, 3]] = 60
    X[:, 5], X[:, 6] = X[:, 3] ** 3, X[:, 3] + X[:, 9]
    classes = (X[:, 3] * X[:, 9] > 0).astype(int)
    samples = Samples(torch.from_numpy(X).float(), torch.from_numpy(classes))
    found = eliminate(samples, np.arange(12), 2, 0, True, settings_for(samples, columns=24))
    assert found.selected[[3, 9]].all()
    assert found.redundancy[5] > 0.98
    assert found.redundancy[6] > 0.8
    assert np.delete(found.redundancy, [3, 5, 6, 9]).max() < 0.1


def elimination(importances: list[float], selected: list[bool], told: list[float]) -> Elimination:
    beside_copies, gains = np.array(importances), np.array([0.5, 0.4, 0.6])
    return Elimination(beside_copies, beside_copies, np.array(selected), np.array(told), gains)


def test_what_is_told_already_stands_before_noise_and_behind_what_tells_more() -> None:
    selected = [False, True, False, False]
    repeats = elimination([0.9, 9.0, 0.3, 1.8], selected, [0.02, 1.0, 0.9, 0.01])
    alone = elimination([0.9, 9.0, 0.3, 1.8], selected, [0.0, 1.0, 0.0, 0.0])
    assert agreed([repeats] * 3, "auto").ranking.tolist() == [4, 1, 3, 2]
    assert agreed([alone] * 3, "auto").ranking.tolist() == [3, 1, 4, 2]
    assert agreed([repeats, alone], "auto").redundancy.tolist() == [0.01, 1.0, 0.45, 0.005]


def test_what_seeds_select_tells_though_nothing_is_selected_in_the_end() -> None:
    """A ranking is there in any case: what the seeds rest on stands before noise."""
    seed = elimination([0.9, 9.0, 0.3, 1.8], [False, True, False, False], [0.0, 1.0, 0.9, 0.0])
    worse = replace(seed, gains=np.array([0.1, -0.2, 0.05]))
    selection = agreed([worse] * 3, "auto")
    assert not selection.support.any()
    assert selection.ranking.tolist() == [4, 1, 3, 2]
    unconfirmed = agreed([worse] * 3, "auto", confirmation=False)
    assert unconfirmed.support.tolist() == seed.selected.tolist()


def test_a_column_that_goes_along_with_a_selected_one_stands_before_most_noise() -> None:
    """Though networks that see few columns as they are bring it to next to nothing."""
    random = np.random.default_rng(0)
    X = random.normal(size=(250, 12))
    X[:, 1] = X[:, 0] + 0.3 * random.normal(size=250)
    classes = (X[:, 0] + X[:, 3] > 0).astype(int)
    selector = SpectralFeatureSelector(n_seeds=3, random_state=0).fit(X, classes)
    assert np.flatnonzero(selector.support_).tolist() == [0, 3]
    assert selector.feature_importances_[1] < 0.1
    assert selector.redundancy_[1] > 0.8
    others = ~selector.support_
    shown = (selector.feature_importances_ + selector.redundancy_)[others]
    assert (np.diff(shown[np.argsort(selector.ranking_[others])]) <= 0).all()
    assert selector.ranking_[1] <= 4, "of nine columns of noise one may come as far"
