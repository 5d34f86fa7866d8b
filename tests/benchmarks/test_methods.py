"""Every method tells what decides from what does not, where that is easy."""

from functools import partial

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier

from benchmarks.selection.compared_methods import METHODS, at_hand
from benchmarks.selection.compared_tables import TABLES, Rows
from benchmarks.selection.inputs_kept import by_masking, by_retraining, numbers_kept
from benchmarks.selection.methods import spectral_rankings
from benchmarks.selection.methods.sparse_networks import lassonet
from benchmarks.selection.plain_network import as_module, trained_network
from spectral import SpectralFeatureSelector
from spectral.tables.targets import Task

TRUE = [1, 4]
QUICK = [name for name in METHODS if name not in ("spectral", "LassoNet")]
"""Those that take seconds on a small table."""


def easy(task: Task, rows: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Two of six columns decide."""
    X = np.random.default_rng(7).normal(size=(rows, 6))
    signal = 3 * X[:, TRUE[0]] - 2 * X[:, TRUE[1]]
    return X, signal if task == "regression" else (signal > 0).astype(int)


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_a_method_finds_what_decides(name: str, task: Task) -> None:
    pytest.importorskip(METHODS[name].package or "numpy")
    scores = METHODS[name].scores(*easy(task), task, 0)
    assert scores.shape == (6,)
    assert np.isfinite(scores).all()
    assert sorted(np.argsort(scores)[-2:]) == TRUE


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_selector_finds_what_decides(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    few = partial(SpectralFeatureSelector, n_seeds=2)
    monkeypatch.setattr(spectral_rankings, "SpectralFeatureSelector", few)
    scores = METHODS["spectral"].scores(*easy(task), task, 0)
    assert sorted(np.argsort(scores)[-2:]) == TRUE


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_lassonet_finds_what_decides(task: Task) -> None:
    pytest.importorskip("lassonet")
    scores = lassonet(*easy(task), task, 0, n_iters=(300, 20), path_multiplier=1.1)
    assert sorted(np.argsort(scores)[-2:]) == TRUE


@pytest.mark.parametrize("name", [name for name in QUICK if name not in ("Boruta", "permutation")])
def test_a_method_takes_several_classes(name: str) -> None:
    pytest.importorskip(METHODS[name].package or "numpy")
    X, y = load_iris(return_X_y=True)
    noise = np.random.default_rng(0).normal(size=X.shape)
    scores = METHODS[name].scores(np.hstack([noise, X - X.mean(0)]), y, "classification", 0)
    assert np.argmax(scores) >= 4


def test_a_method_without_its_package_is_left_out_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.selection.compared_methods.find_spec", lambda name: None)
    assert "SHAP" not in at_hand(METHODS)
    assert "random forest" in at_hand(METHODS)
    told = capsys.readouterr().err
    assert "SHAP is left out: shap is not installed" in told
    assert "pip install 'spectral-relevance[compare]'" in told


def test_the_network_in_torch_is_the_same() -> None:
    X, y = load_iris(return_X_y=True)
    network = MLPClassifier(max_iter=20, random_state=0).fit(X, y)
    logits = as_module(network)(torch.tensor(X, dtype=torch.float32))
    assert np.allclose(logits.softmax(-1).detach(), network.predict_proba(X), atol=1e-4)


@pytest.fixture(scope="module")
def rows() -> Rows:
    X, y = easy("classification", rows=600)
    return Rows(X[:300], y[:300], X[300:], y[300:])


def test_with_the_inputs_that_decide_the_target_is_predicted(rows: Rows) -> None:
    network = trained_network(rows.X, rows.y, "classification", 0)
    good, bad = np.array([1, 4, 0, 2, 3, 5]), np.array([0, 2, 3, 5, 4, 1])
    for order, least, most in ((good, 0.9, 1.0), (bad, 0.3, 0.7)):
        masked = by_masking(network, rows, order, [2])
        retrained = by_retraining(rows, "classification", order, [2])
        for (accuracy,) in (masked, retrained):
            assert least <= accuracy <= most


def test_with_all_inputs_the_order_does_not_matter(rows: Rows) -> None:
    network = trained_network(rows.X, rows.y, "classification", 0)
    last = [by_masking(network, rows, order, [6]) for order in (np.arange(6), np.arange(6)[::-1])]
    assert last[0] == last[1] == [network.score(rows.X_test, rows.y_test)]


def test_the_numbers_kept_end_with_all() -> None:
    assert numbers_kept(1) == [1]
    assert numbers_kept(10) == [1, 2, 3, 5, 10]
    assert numbers_kept(784)[-2:] == [500, 784]


@pytest.mark.parametrize("name", ["Friedman", "correlated line", "pure noise", "wine", "diabetes"])
def test_a_table_is_drawn_alike_each_time_and_otherwise_for_another_repetition(name: str) -> None:
    first, again, other = (TABLES[name].draw(repetition) for repetition in (0, 0, 1))
    assert np.array_equal(first.X, again.X)
    assert not np.array_equal(first.X, other.X)
    assert np.allclose(first.X.mean(axis=0), 0)
    assert first.X.shape[1] == first.X_test.shape[1]
    if TABLES[name].task == "regression":
        assert (first.y.mean(), first.y.std()) == pytest.approx((0, 1))


def test_friedman_relevance_is_what_a_column_is_worth() -> None:
    """Against a Monte Carlo estimate: the variance lost when one input is drawn anew."""
    random = np.random.default_rng(0)
    x = random.uniform(size=(100_000, 5))

    def function(x: np.ndarray) -> np.ndarray:
        waves = 10 * np.sin(np.pi * x[:, 0] * x[:, 1])
        return waves + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]

    relevance = TABLES["Friedman"].draw(0).relevance
    assert relevance is not None
    for column in range(5):
        anew = x.copy()
        anew[:, column] = random.uniform(size=len(x))
        effect = np.mean((function(x) - function(anew)) ** 2) / 2
        assert relevance[column] == pytest.approx(effect, rel=0.05)
    assert not relevance[5:].any()
