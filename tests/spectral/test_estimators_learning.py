"""What the estimators learn: their numbers computed in another way, and what must not matter."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from sklearn.datasets import load_breast_cancer, make_friedman1
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from spectral import SpectralFeatureSelector, SpectralNetworkClassifier, SpectralNetworkRegressor
from spectral.tables.targets import task_of

QUICK: dict[str, Any] = {
    "n_seeds": 3,
    "hidden": (16,),
    "max_epochs": 40,
    "learning_rate": 0.02,
    "random_state": 0,
}
SHORT = QUICK | {"max_epochs": 3}
SINGLE = partial(SpectralFeatureSelector, strategy="single")
X = np.random.default_rng(0).normal(size=(200, 5))
Y = (X[:, 1] - X[:, 3] > 0).astype(int)


def first_layers(estimator: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """The eigenvalues and eigenvectors of the first layer of every network."""
    layers = [ensemble.network.first for ensemble in estimator.ensembles_]
    return [
        (eigenvalues.detach().numpy(), eigenvectors.detach().numpy())
        for layer in layers
        for eigenvalues, eigenvectors in zip(layer.eigenvalues_in, layer.eigenvectors, strict=True)
    ]


def test_importances_are_the_rescaled_eigenvalues() -> None:
    classifier = SpectralNetworkClassifier(**SHORT | {"n_seeds": 6}).fit(X, Y)
    expected = [
        abs(values) * np.linalg.norm(vectors, axis=0)
        for values, vectors in first_layers(classifier)
    ]
    np.testing.assert_allclose(classifier.importances_, expected, rtol=1e-5)
    np.testing.assert_allclose(
        classifier.feature_importances_, np.mean(expected, axis=0), rtol=1e-5
    )
    np.testing.assert_allclose(
        classifier.feature_importances_std_, np.std(expected, axis=0), rtol=1e-4
    )
    in_order = classifier.feature_importances_[np.argsort(classifier.ranking_)]
    assert (np.diff(in_order) <= 0).all()


def test_the_importance_of_categories_is_the_norm_of_all_their_weights() -> None:
    colours = np.random.default_rng(1).choice(["red", "green", "blue"], size=200)
    table = pd.DataFrame({"colour": colours, "x": X[:, 0], "same": 1})
    regressor = SpectralNetworkRegressor(**SHORT).fit(table, X[:, 0] + (colours == "red"))
    for importances, (values, vectors) in zip(
        regressor.importances_, first_layers(regressor), strict=True
    ):
        weights = values * vectors
        number, categories = weights[:, :1], weights[:, 1:]
        assert categories.shape[1] == 3
        norms = np.array([np.linalg.norm(categories), np.linalg.norm(number), 0])
        np.testing.assert_allclose(importances, norms, rtol=1e-5)


def test_predictions_are_means_over_the_networks() -> None:
    scaled = torch.from_numpy(StandardScaler().fit_transform(X))
    classifier = SpectralNetworkClassifier(**SHORT | {"n_seeds": 6}).fit(X, Y)
    members = [
        ensemble.member(seed) for ensemble in classifier.ensembles_ for seed in ensemble.seeds
    ]
    with torch.no_grad():
        probabilities = [network(scaled).softmax(-1).numpy() for network in members]
    assert len(members) == 6
    np.testing.assert_allclose(
        classifier.predict_proba(X), np.mean(probabilities, axis=0), atol=1e-5
    )
    regressor = SpectralNetworkRegressor(**SHORT).fit(X, 5 * X[:, 0] + 7)
    (ensemble,) = regressor.ensembles_
    with torch.no_grad():
        outputs = [ensemble.member(seed)(scaled).numpy()[:, 0] for seed in ensemble.seeds]
    numbers = np.mean(outputs, axis=0) * np.std(5 * X[:, 0]) + np.mean(5 * X[:, 0] + 7)
    np.testing.assert_allclose(regressor.predict(X), numbers, atol=1e-4)


def test_processes_and_the_order_of_rows_change_no_digit() -> None:
    expected = SpectralNetworkClassifier(**SHORT | {"n_seeds": 6}).fit(X, Y)
    shuffled = np.random.default_rng(1).permutation(len(X))
    for estimator, rows in (
        (SpectralNetworkClassifier(**SHORT | {"n_seeds": 6, "n_jobs": 2}), slice(None)),
        (SpectralNetworkClassifier(**SHORT | {"n_seeds": 6}), shuffled),
    ):
        estimator.fit(X[rows], Y[rows])
        np.testing.assert_array_equal(estimator.importances_, expected.importances_)
        np.testing.assert_array_equal(estimator.predict_proba(X), expected.predict_proba(X))


def test_the_random_state_decides() -> None:
    def importances(random_state: Any) -> np.ndarray:
        options = SHORT | {"random_state": random_state}
        return SpectralNetworkClassifier(**options).fit(X, Y).importances_

    np.testing.assert_array_equal(importances(1), importances(1))
    np.testing.assert_array_equal(importances(1), importances(np.random.RandomState(1)))
    assert not np.array_equal(importances(1), importances(2))
    assert not np.array_equal(importances(None), importances(None))
    state = np.random.RandomState(1)
    assert not np.array_equal(importances(state), importances(state))


@pytest.fixture
def two_threads() -> Iterator[None]:
    """Torch computes in two threads, and afterwards in as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_torch_is_left_as_it_was() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    SpectralNetworkClassifier(**SHORT).fit(X, Y)
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.rand(3), expected)
    assert torch.tensor(1e-39) / 2 > 0  # denormal numbers


def test_weights_of_classes_are_weights_of_their_rows() -> None:
    rare = np.where(np.random.default_rng(1).random(200) < 0.7, 0, Y)
    balanced = SpectralNetworkClassifier(class_weight="balanced", **SHORT).fit(X, rare)
    counts = np.bincount(rare)
    by_hand = {label: 200 / (2 * count) for label, count in enumerate(counts)}
    for estimator, weight in (
        (SpectralNetworkClassifier(class_weight=by_hand, **SHORT), None),
        (SpectralNetworkClassifier(class_weight="balanced", **SHORT), np.full(200, 3.0)),
    ):
        estimator.fit(X, rare, sample_weight=weight)
        np.testing.assert_allclose(estimator.predict_proba(X), balanced.predict_proba(X), atol=1e-4)
    plain = SpectralNetworkClassifier(**SHORT).fit(X, rare)
    assert (balanced.predict_proba(X)[:, 1] > plain.predict_proba(X)[:, 1]).mean() > 0.9


def test_early_stopping_ends_what_gets_no_better() -> None:
    noise = np.random.default_rng(1).integers(2, size=200)
    options = QUICK | {"max_epochs": 200}
    stopped = SpectralNetworkClassifier(**options).fit(X, noise)
    assert (stopped.epochs_ < 150).all()
    assert len(set(stopped.epochs_)) > 1  # each network by itself
    full = SpectralNetworkClassifier(early_stopping=False, **SHORT).fit(X, noise)
    assert full.epochs_.tolist() == [3, 3, 3]


def test_constant_columns_have_no_relevance_and_change_nothing_else() -> None:
    wide = np.insert(X, [0, 2], 7.0, axis=1)
    narrow = SINGLE(**SHORT).fit(X, Y)
    selector = SINGLE(n_features_to_select=7, **SHORT).fit(wide, Y)
    np.testing.assert_array_equal(selector.importances_[:, [1, 2, 4, 5, 6]], narrow.importances_)
    assert not selector.importances_[:, [0, 3]].any()
    assert set(selector.ranking_[[0, 3]]) == {6, 7}
    assert selector.get_support().tolist() == [False, True, True, False, True, True, True]
    assert selector.selection_frequency_[[0, 3]].tolist() == [0, 0]
    assert selector.redundancy_.tolist() == [0] * 7


def test_columns_that_say_the_same_share_the_relevance() -> None:
    twins = np.column_stack([X[:, 0], X[:, 1], X[:, 1], X[:, 2]])
    selector = SINGLE(n_features_to_select=2, **QUICK)
    selector.fit(twins, X[:, 1] > 0)
    assert selector.get_support().tolist() == [False, True, True, False]


@pytest.mark.parametrize(("wanted", "selected"), [(1, 1), (3, 3), (0.4, 2), (1.0, 5), (1e-9, 1)])
def test_as_many_columns_as_wanted_are_selected(wanted: float, selected: int) -> None:
    selector = SINGLE(n_features_to_select=wanted, **SHORT).fit(X, Y)
    assert selector.get_support().sum() == selected
    assert (selector.ranking_[selector.support_] <= selected).all()
    chosen = selector.feature_importances_ >= selector.threshold_
    np.testing.assert_array_equal(chosen, selector.support_)
    assert selector.selection_frequency_.sum() == pytest.approx(selected)


def test_auto_leaves_silent_columns_out() -> None:
    inputs = np.random.default_rng(0).normal(size=(2000, 5))
    strong = {"eigenvalue_penalty": 0.1, "eigenvector_penalty": 0.1, "max_epochs": 20}
    selector = SINGLE(early_stopping=False, **QUICK | strong)
    selector.fit(inputs, inputs[:, 1] - inputs[:, 3] > 0)
    assert selector.get_support().tolist() == [False, True, False, True, False]
    assert selector.threshold_ == pytest.approx(0.05 * selector.feature_importances_.max())
    assert (selector.feature_importances_[selector.support_] >= selector.threshold_).all()


def test_the_task_is_found_or_said() -> None:
    numbers = X[:, 1]
    assert SINGLE(**SHORT).fit(X, numbers).task_ == "regression"
    assert SINGLE(**SHORT).fit(X, Y).task_ == "classification"
    said = SINGLE(task="regression", **SHORT).fit(X, Y)
    assert said.task_ == "regression"
    several = SINGLE(**SHORT).fit(X, X[:, :2])
    assert several.task_ == "regression"


@pytest.mark.parametrize(
    ("targets", "task"),
    [
        ([0, 1, 1], "classification"),
        ([0.0, 1.0], "classification"),
        ([True, False], "classification"),
        (["a", "b"], "classification"),
        (pd.Series(["00007", "00008"]), "classification"),
        (pd.Series(["1.5", "2.5"], dtype="category"), "classification"),
        (pd.Series(range(30), dtype="category"), "classification"),
        (pd.Series([1.5, 2.5], dtype="Float64"), "regression"),
        (pd.array([True, False]), "classification"),
        (pl.Series(["1", "2"]), "classification"),
        (np.array([0.5, 1], dtype=object), "regression"),
        (pd.Categorical(["a", "b"]), "classification"),
        (np.arange(21), "regression"),
        (np.arange(20), "classification"),
        ([0.5, 1.0], "regression"),
        ([[0, 1], [1, 0]], "regression"),
    ],
)
def test_the_task_follows_from_the_targets(targets: Any, task: str) -> None:
    assert task_of(targets) == task


def test_raw_numbers_are_trained_on_where_asked_for() -> None:
    scaled = StandardScaler().fit_transform(X)
    raw = SpectralNetworkClassifier(standardise=False, **SHORT).fit(scaled, Y)
    standardised = SpectralNetworkClassifier(**SHORT).fit(X, Y)
    assert raw.importances_.shape == standardised.importances_.shape
    stretched = SpectralNetworkClassifier(standardise=False, **SHORT).fit(scaled * 100, Y)
    assert not np.allclose(stretched.importances_, raw.importances_, rtol=0.01)


def test_categories_are_learnt_from() -> None:
    colours = np.random.default_rng(1).choice(["red", "green", "blue", "grey"], size=300)
    table = pd.DataFrame({"noise": np.random.default_rng(2).normal(size=300), "colour": colours})
    y = np.isin(colours, ["red", "grey"])
    classifier = SpectralNetworkClassifier(**QUICK).fit(table, y)
    assert classifier.score(table, y) == 1
    assert classifier.ranking_.tolist() == [2, 1]
    encoded = OneHotEncoder(sparse_output=False).fit_transform(table[["colour"]])
    assert SpectralNetworkClassifier(**QUICK).fit(encoded, y).score(encoded, y) == 1


def test_a_line_tells_what_is_done_where_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    SpectralNetworkClassifier(**SHORT).fit(X, Y)
    assert "".join(capfd.readouterr()) == ""
    SpectralNetworkClassifier(verbose=True, **SHORT).fit(X, Y)
    assert "Training networks, seeds: 3" in "".join(capfd.readouterr())
    SINGLE(verbose=True, **SHORT).fit(X, Y)
    assert "Ranking by networks, seeds: 3" in "".join(capfd.readouterr())


@pytest.mark.parametrize("load", [load_breast_cancer, make_friedman1])
def test_defaults_learn(load: Any) -> None:
    if load is load_breast_cancer:
        inputs, labels = load_breast_cancer(return_X_y=True)
        train = np.random.default_rng(1).random(len(labels)) < 0.6
        classifier = SpectralNetworkClassifier(n_seeds=3, random_state=0)
        assert (
            classifier.fit(inputs[train], labels[train]).score(inputs[~train], labels[~train])
            > 0.93
        )
    else:
        inputs, numbers = make_friedman1(500, random_state=0)
        regressor = SpectralNetworkRegressor(n_seeds=3, random_state=0)
        assert regressor.fit(inputs[:300], numbers[:300]).score(inputs[300:], numbers[300:]) > 0.7
        assert set(np.flatnonzero(regressor.ranking_ <= 5)) == set(range(5))


def test_weights_of_any_size_are_weights() -> None:
    weights = np.where(Y, 3.0, 1.0)
    usual = SINGLE(**SHORT).fit(X, Y, weights)
    enormous = SINGLE(**SHORT).fit(X, Y, weights * 2.0**1000)
    np.testing.assert_array_equal(usual.importances_, enormous.importances_)
    usual = SINGLE(class_weight={0: 1, 1: 3}, **SHORT).fit(X, Y)
    enormous = SINGLE(class_weight={0: 2.0**1000, 1: 3 * 2.0**1000}, **SHORT).fit(X, Y)
    np.testing.assert_array_equal(usual.importances_, enormous.importances_)
