"""What columns tell that others tell already, as scikit-learn's regression sees it."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from spectral.samples import Samples
from spectral.selection.consensus import agreed, settings_for
from spectral.selection.elimination import Elimination, eliminate
from spectral.selection.redundancy import told_by

ROWS = 300


def inputs(width: int = 8, seed: int = 0) -> np.ndarray:
    """Columns that go together, each in a unit of its own."""
    random = np.random.default_rng(seed)
    mixed = random.normal(size=(ROWS, width)) @ random.normal(size=(width, width))
    return (mixed * random.uniform(0.1, 10, width) + 3).astype(np.float32)


def of_regression(X: np.ndarray, chosen: list[int], column: int) -> float:
    seen = X[:, chosen]
    return LinearRegression().fit(seen, X[:, column]).score(seen, X[:, column])


def told(X: np.ndarray, chosen: list[int], groups: np.ndarray | None = None) -> np.ndarray:
    groups = np.arange(X.shape[1]) if groups is None else groups
    return told_by(np.isin(np.arange(groups.max() + 1), chosen), torch.from_numpy(X), groups)


def test_it_is_the_share_that_a_regression_explains() -> None:
    X, chosen = inputs(), [1, 4, 6]
    found = told(X, chosen)
    for column in range(8):
        assert found[column] == pytest.approx(of_regression(X, chosen, column), abs=1e-4)


def test_of_a_column_of_several_inputs_it_is_the_mean_and_all_of_them_tell() -> None:
    X, groups = inputs(), np.array([0, 1, 1, 2, 2, 2, 3, 4])
    found = told(X, [1], groups)
    expected = [of_regression(X, [1, 2], place) for place in (3, 4, 5)]
    assert found[2] == pytest.approx(np.mean(expected), abs=1e-4)
    assert found[1] == 1


def test_nothing_tells_nothing_and_a_constant_is_told_by_nobody() -> None:
    X = inputs()
    assert told(X, []).tolist() == [0] * 8
    X[:, 7] = 1
    assert told(X, [0])[7] == 0


def test_equal_columns_and_more_columns_than_rows_are_no_trouble() -> None:
    X = inputs()
    X[:, 1] = 2 * X[:, 0]
    assert told(X, [0, 1])[2] == pytest.approx(of_regression(X, [0, 1], 2), abs=0.02)
    assert told(X[:5], [*range(1, 8)])[0] == pytest.approx(1, abs=1e-4)


def test_what_a_seed_selects_tells_the_sums_of_it_and_no_noise() -> None:
    X = np.random.default_rng(1).normal(size=(ROWS, 12)).astype(np.float32)
    X[:, 5] = (X[:, 3] + X[:, 9]) / 2**0.5
    classes = (X[:, 3] * X[:, 9] > 0).astype(int)
    samples = Samples(torch.from_numpy(X), torch.from_numpy(classes))
    found = eliminate(samples, np.arange(12), 2, 0, True, settings_for(samples, columns=24))
    assert found.selected[[3, 9]].all()
    assert found.told[[3, 5, 9]] == pytest.approx(1, abs=1e-4)
    assert np.delete(found.told, [3, 5, 9]).max() < 0.1


def test_what_the_selected_columns_tell_already_stands_before_noise() -> None:
    """Even where copies came as far as it, since it was not needed."""
    selected = np.array([False, True, False])
    importances, repeated = np.array([0.9, 9.0, 0.3]), np.array([0.02, 1.0, 0.9])
    gains = np.array([0.5, 0.4, 0.6])
    found = [Elimination(importances, importances, selected, repeated, gains)] * 3
    assert agreed(found, "auto").ranking.tolist() == [3, 1, 2]
    alone = [Elimination(importances, importances, selected, selected.astype(float), gains)] * 3
    assert agreed(alone, "auto").ranking.tolist() == [2, 1, 3]
