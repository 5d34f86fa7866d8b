"""What a user gets wrong is told in a sentence, before anything is trained."""

import datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from spectral import SpectralFeatureSelector, SpectralNetworkClassifier, SpectralNetworkRegressor

SHORT: dict[str, Any] = {"n_seeds": 2, "hidden": (8,), "max_epochs": 2, "random_state": 0}
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3))
Y = RANDOM.permutation(np.arange(40) % 2)
ESTIMATORS = (SpectralNetworkClassifier, SpectralNetworkRegressor, SpectralFeatureSelector)


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("n_seeds", 0, "n_seeds is 0, but must be a whole number, at least 1"),
        ("n_seeds", 2.5, "n_seeds is 2.5"),
        ("hidden", (8, 0), r"hidden\[1\] is 0"),
        ("hidden", 8, "hidden is 8, but must be a sequence"),
        ("hidden", (), "hidden is empty"),
        ("eigenvalue_penalty", -1, "eigenvalue_penalty is -1"),
        ("eigenvector_penalty", float("nan"), "eigenvector_penalty is nan"),
        ("learning_rate", 0, "learning_rate is 0"),
        ("max_epochs", 0, "max_epochs is 0"),
        ("batch_size", 1, "batch_size is 1, but must be a whole number, at least 2"),
        ("batch_size", "all", "batch_size is 'all'"),
        ("early_stopping", "no", "early_stopping is 'no', but must be True or False"),
        ("validation_fraction", 1.0, "validation_fraction is 1.0"),
        ("standardise", None, "standardise is None"),
        ("device", "gpu", "device is 'gpu'"),
        ("verbose", 3, "verbose is 3"),
        ("random_state", "seed", "seed"),
    ],
)
def test_options_are_checked(kind: Any, option: str, value: Any, sentence: str) -> None:
    estimator = kind(**SHORT | {option: value})
    with pytest.raises((TypeError, ValueError), match=sentence):
        estimator.fit(X, Y)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"strategy": "best"}, "strategy is 'best', but must be .*'single'"),
        ({"task": "rank"}, "task is 'rank', but must be 'auto' or 'classification' or"),
        ({"n_features_to_select": 0}, "n_features_to_select is 0"),
        ({"n_features_to_select": 4}, "n_features_to_select is 4, .* between 1 and 3"),
        ({"n_features_to_select": 1.5}, "n_features_to_select is 1.5"),
        ({"n_features_to_select": "some"}, "n_features_to_select is 'some'"),
        ({"n_features_to_select": None}, "is None, but must be a whole number, .* or 'auto'"),
        ({"groups": [[1], [2], [3]]}, r"groups is \[\[1\], .* its labels must be text or numbers"),
        ({"class_weight": "heavy"}, "class_weight is 'heavy', but must be a dict of numbers"),
        ({"class_weight": {0: 1, 1: -2}}, r"class_weight\[1\] is -2, .* at least 0"),
        ({"class_weight": {0: float("nan"), 1: 1}}, r"class_weight\[0\] is nan"),
        ({"class_weight": {0: 0, 1: 0}}, "class_weight is zero for all classes"),
    ],
)
def test_options_of_the_selector_are_checked(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence):
        SpectralFeatureSelector(**SHORT | options).fit(X, Y)


HOLED = np.where(RANDOM.random(X.shape) < 0.1, np.nan, X)
FAR = np.where(RANDOM.random(X.shape) < 0.1, np.inf, X)
TWICE = pd.DataFrame(X, columns=["a", "b", "a"])


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize(
    ("table", "targets", "sentence"),
    [
        (HOLED, Y, r"column 0 of X holds nothing \(NaN\) in \d+ of 40 rows"),
        (pd.DataFrame(HOLED, columns=list("abc")), Y, "column 'a' of X holds nothing"),
        (FAR, Y, "of X holds infinity"),
        (sparse.csr_array(X), Y, "Sparse data was passed for X"),
        (TWICE, Y, "X has more than one column 'a'"),
        (np.ones((40, 2)), Y, "X is constant"),
        (np.ma.masked_less(X, -1), Y, r"X is masked in \d+ cells, but the network needs"),
        (X, np.ma.masked_equal(Y, 1), "y is masked in 20 cells, but none may be"),
        (X[:1], Y[:1], "1 sample"),
        (X[:0], Y[:0], "0 sample"),
        (X[:, :0], Y, "0 feature"),
        (pd.DataFrame(X)[:0], Y[:0], "X has 0 rows and 3 columns, but must have at least 2 and 1"),
        (X[:, 0], Y, "Expected 2D array"),
        (X, Y[:-1], r"inconsistent numbers of samples: \[40, 39\]"),
        (X, None, "the target y is None"),
        (X, np.where(Y, np.nan, 1.0), "NaN"),
    ],
)
def test_data_are_checked(kind: Any, table: Any, targets: Any, sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence):
        kind(**SHORT).fit(table, targets)


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        (pd.date_range("2020", periods=40), "y holds dates or durations, but must hold classes or"),
        (pd.Series([datetime.date(2020, 2, 29)] * 40), "y holds dates or durations"),
        (pd.array([True, None] * 20), r"y holds nothing \(None or NaN\) in 20 of 40 cells"),
        (pd.Series(["yes", None] * 20), r"y holds nothing \(None or NaN\) in 20 of 40 cells"),
        (np.array(["a", 1] * 20, dtype=object), "y mixes text, such as 'a', with .* such as 1"),
    ],
)
def test_targets_are_checked(kind: Any, targets: Any, sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence):
        kind(**SHORT).fit(X, targets)


@pytest.mark.parametrize("targets", [np.full(40, 3.5), np.full((40, 2), 1e300)])
def test_there_must_be_something_to_rank_by(targets: np.ndarray) -> None:
    with pytest.raises(ValueError, match="y is the same in all rows"):
        SpectralFeatureSelector(**SHORT).fit(X, targets)


@pytest.mark.parametrize("kind", [SpectralNetworkClassifier, SpectralFeatureSelector])
def test_one_class_alone_is_refused(kind: Any) -> None:
    with pytest.raises(ValueError, match="y holds one class alone, 'yes', but there must be at"):
        kind(**SHORT).fit(X, ["yes"] * 40)
    with pytest.raises(ValueError, match="y holds one class alone, 1"):
        kind(**SHORT).fit(X, Y, sample_weight=Y)


def test_targets_fit_the_task() -> None:
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        SpectralNetworkClassifier(**SHORT).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="could not convert string to float"):
        SpectralNetworkRegressor(**SHORT).fit(X, ["yes", "no"] * 20)
    with pytest.raises(ValueError, match="1d array"):
        SpectralNetworkClassifier(**SHORT).fit(X, np.stack([Y, Y], axis=1))


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (np.full(40, -1.0), "sample_weight holds -1, but must be at least 0"),
        (np.zeros(40), "sample_weight is zero in all rows"),
        (np.eye(40)[3], "sample_weight is zero in all rows but one"),
        (np.ones(39), r"sample_weight has shape \(39,\), but must be \(40,\)"),
        (np.full(40, np.nan), "sample_weight contains NaN"),
    ],
)
def test_weights_are_checked(kind: Any, weights: np.ndarray, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        kind(**SHORT).fit(X, Y, sample_weight=weights)


def test_classes_of_a_row_fewer_rows_than_a_batch_and_one_column_are_fine() -> None:
    rare = np.where(np.arange(40) == 7, "once", np.where(Y, "often", "also"))
    classifier = SpectralNetworkClassifier(**SHORT | {"batch_size": 500}).fit(X, rare)
    assert classifier.predict_proba(X).shape == (40, 3)
    np.testing.assert_allclose(classifier.predict_proba(X).sum(axis=1), 1)
    regressor = SpectralNetworkRegressor(**SHORT).fit(X[:2, :1], [1.0, 2.0])
    assert regressor.feature_importances_.shape == (1,)
    constant = SpectralNetworkRegressor(**SHORT).fit(X, np.full(40, 7.0))
    np.testing.assert_allclose(constant.predict(X), 7)


def test_rows_for_training_must_be_left() -> None:
    options = SHORT | {"validation_fraction": 0.9}
    for kind in (SpectralNetworkRegressor, SpectralFeatureSelector):
        with pytest.raises(ValueError, match=r"validation_fraction is 0.9, but of 4 different row"):
            kind(**options).fit(X[:4], X[:4, 0])


@pytest.mark.parametrize("kind", [SpectralNetworkRegressor, SpectralFeatureSelector])
def test_a_training_that_diverges_says_so(kind: Any) -> None:
    options = SHORT | {"learning_rate": 1e30, "early_stopping": False, "max_epochs": 5}
    with pytest.raises(
        ValueError, match=r"learning_rate is 1e\+30, with which the training diverged"
    ):
        kind(**options).fit(X, X[:, 0])


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_what_is_predicted_from_is_checked(kind: Any) -> None:
    table = pd.DataFrame({"x": X[:, 0], "colour": np.where(Y, "red", "blue"), "z": X[:, 2]})
    ask = "transform" if kind is SpectralFeatureSelector else "predict"
    with pytest.raises(NotFittedError):
        getattr(kind(**SHORT), ask)(table)
    estimator = (
        kind(**SHORT).set_output(transform="pandas") if ask == "transform" else kind(**SHORT)
    )
    fitted = getattr(estimator.fit(table, Y), ask)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted(table.rename(columns={"x": "w"}))
    with pytest.raises(ValueError, match=r"expecting 3 features|feature names should match"):
        fitted(table[["x", "colour"]])
    if ask == "predict":
        with pytest.raises(ValueError, match="column 'colour' of X holds no categories now"):
            fitted(table.assign(colour=1))
        with pytest.raises(ValueError, match="column 'x' of X holds no numbers now"):
            fitted(table.assign(x="1"))
        with pytest.raises(ValueError, match="column 'x' of X holds nothing"):
            fitted(table.assign(x=np.nan))


@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
@pytest.mark.parametrize("container", [np.asarray, pd.DataFrame, pl.DataFrame])
def test_what_is_selected_from_is_checked_in_any_container(output: str, container: Any) -> None:
    selector = SpectralFeatureSelector(**SHORT, n_features_to_select=1)
    selector.set_output(transform=output).fit(container(X), Y)
    with pytest.raises(ValueError, match="of X holds nothing"):
        selector.transform(container(HOLED))


def test_a_device_that_is_not_there_is_refused() -> None:
    """Whatever the machine, it has no hundred GPUs."""
    with pytest.raises(ValueError, match="device is 'cuda:99', but must be a device that torch"):
        SpectralNetworkClassifier(**SHORT | {"device": "cuda:99"}).fit(X, Y)
