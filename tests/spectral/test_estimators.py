"""The estimators are scikit-learn's: its whole list of checks, and its tools work with them."""

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import make_classification, make_friedman1
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import RFECV, SelectFromModel
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from spectral import SpectralFeatureSelector, SpectralNetworkClassifier, SpectralNetworkRegressor
from spectral.estimators.feature_selector import STRATEGIES

QUICK: dict[str, Any] = {
    "n_seeds": 2,
    "hidden": (16,),
    "max_epochs": 40,
    "learning_rate": 0.02,
    "random_state": 0,
}
CHECKED = QUICK | {"max_epochs": 15, "learning_rate": 0.03}
SHORT = QUICK | {"max_epochs": 5}
SINGLE = partial(SpectralFeatureSelector, strategy="single", n_features_to_select=2, **QUICK)
NAMES = ["a", "b", "c", "d", "e", "f"]


def classes_by_two_columns(rows: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Six columns, of which the second and the fifth decide the class."""
    X = np.random.default_rng(0).normal(size=(rows, 6))
    return X, np.where(X[:, 1] + X[:, 4] > 0, "yes", "no")


@parametrize_with_checks(
    [
        SpectralNetworkClassifier(**CHECKED),
        SpectralNetworkRegressor(**CHECKED),
        *(SpectralFeatureSelector(strategy=strategy, **SHORT) for strategy in STRATEGIES),
    ]
)
def test_scikit_learn(estimator: BaseEstimator, check: Callable[[Any], None]) -> None:
    check(estimator)


@pytest.mark.parametrize("frame", [np.asarray, pd.DataFrame, pl.DataFrame])
def test_columns_are_found_in_any_table(frame: Callable[[Any], Any]) -> None:
    X, y = classes_by_two_columns()
    table = X if frame is np.asarray else frame({n: X[:, i] for i, n in enumerate(NAMES)})
    classifier = SpectralNetworkClassifier(**QUICK).fit(table, y)
    assert set(np.flatnonzero(classifier.ranking_ <= 2)) == {1, 4}
    assert classifier.score(table, y) > 0.9
    assert classifier.n_features_in_ == 6
    assert hasattr(classifier, "feature_names_in_") == (frame is not np.asarray)
    selector = SINGLE().fit(table, y)
    names = ["x1", "x4"] if frame is np.asarray else ["b", "e"]
    assert selector.get_feature_names_out().tolist() == names
    np.testing.assert_array_equal(selector.transform(table), X[:, [1, 4]])


def mixed(frame: Callable[[Any], Any]) -> Any:
    X, _ = classes_by_two_columns()
    text = np.where(X[:, 4] > 0, "high", "low")
    return frame({"a": X[:, 0], "text": text, "b": X[:, 1]})


@pytest.mark.parametrize(("frame", "output"), [(pd.DataFrame, "pandas"), (pl.DataFrame, "polars")])
def test_selected_columns_keep_names_and_types(frame: Callable[[Any], Any], output: str) -> None:
    table, (_, y) = mixed(frame), classes_by_two_columns()
    selector = SINGLE().set_output(transform=output)
    chosen = selector.fit_transform(table, y)
    assert type(chosen) is frame
    assert list(chosen.columns) == ["text", "b"]
    assert list(chosen.dtypes) == list(table[["text", "b"]].dtypes)


def dated() -> tuple[pd.DataFrame, np.ndarray]:
    X, y = classes_by_two_columns()
    table = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "day": np.datetime64("2020")}, index=y)
    return table.assign(day=table.day + pd.to_timedelta(X[:, 4] * 1e6, unit="s")), y


@pytest.mark.parametrize(
    "container",
    [pd.DataFrame, pl.from_pandas, partial(pa.Table.from_pandas, preserve_index=False)],
    ids=["pandas", "polars", "arrow"],
)
def test_columns_of_dates_are_selected_from_any_frame(container: Callable[[Any], Any]) -> None:
    table, y = dated()
    selector = SINGLE(n_features_to_select=2).fit(container(table), y)
    assert selector.get_feature_names_out().tolist() == ["b", "day"]
    assert selector.transform(container(table)).shape == (len(y), 2)
    for output, frame in (("pandas", pd.DataFrame), ("polars", pl.DataFrame)):
        chosen = selector.set_output(transform=output).transform(container(table))
        assert type(chosen) is frame
        assert list(chosen.columns) == ["b", "day"]


def test_where_nothing_is_selected_rows_stay() -> None:
    table, y = dated()
    noise = np.random.default_rng(0).permutation(y)
    selector = SpectralFeatureSelector(n_seeds=2, random_state=0).fit(table, noise)
    assert not selector.support_.any()
    with pytest.warns(UserWarning, match="No features were selected"):
        assert selector.transform(table).shape == (len(y), 0)
    with pytest.warns(UserWarning, match="No features were selected"):
        chosen = selector.set_output(transform="pandas").transform(table)
    assert chosen.index.equals(table.index)


def test_a_pipeline_ends_in_a_classifier_or_selects_for_one() -> None:
    X, y = classes_by_two_columns()
    holed = np.where(np.random.default_rng(1).random(X.shape) < 0.02, np.nan, X)
    network = make_pipeline(SimpleImputer(), SpectralNetworkClassifier(**QUICK)).fit(holed, y)
    assert network.score(holed, y) > 0.85
    selected = make_pipeline(SINGLE(), LogisticRegression())
    assert cross_val_score(selected, X, y, cv=3).mean() > 0.9
    assert selected.fit(X, y)[-1].coef_.shape == (1, 2)


def test_grid_search_tries_parameters() -> None:
    X, y = classes_by_two_columns()
    grid = {"n_features_to_select": [1, 2]}
    pipeline = make_pipeline(SINGLE(), LogisticRegression())
    search = GridSearchCV(
        pipeline, {f"spectralfeatureselector__{k}": v for k, v in grid.items()}, cv=3
    ).fit(X, y)
    assert search.best_params_ == {"spectralfeatureselector__n_features_to_select": 2}


@pytest.mark.parametrize("select", [SelectFromModel, lambda network: RFECV(network, cv=2, step=4)])
def test_other_selectors_read_the_importances(select: Callable[[Any], Any]) -> None:
    X, y = classes_by_two_columns()
    selector = select(SpectralNetworkClassifier(**QUICK)).fit(X, y)
    assert set(np.flatnonzero(selector.get_support())) == {1, 4}


@pytest.mark.parametrize("kind", [SpectralNetworkClassifier, SpectralNetworkRegressor])
def test_a_pickled_estimator_predicts_the_same_and_a_clone_learns_it(kind: type[Any]) -> None:
    table, (_, y) = mixed(pd.DataFrame), classes_by_two_columns()
    if kind is SpectralNetworkRegressor:
        y = np.stack([table.a, table.b], axis=1)
    fitted = kind(**SHORT).fit(table, y)
    expected = fitted.predict(table)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict(table), expected)
    again = clone(fitted)
    with pytest.raises(NotFittedError):
        again.predict(table)
    np.testing.assert_array_equal(again.fit(table, y).predict(table), expected)


def test_a_regressor_predicts_several_targets_of_any_scale() -> None:
    X, y = make_friedman1(300, n_features=6, random_state=0)
    targets = np.stack([y * 1e30, -y * 1e-30 + 1e-29, X[:, 5]], axis=1)
    regressor = SpectralNetworkRegressor(**QUICK).fit(X, targets)
    assert regressor.predict(X).shape == (300, 3)
    assert regressor.score(X, targets) > 0.7
    one = regressor.fit(X, y)
    assert one.predict(X).shape == (300,)
    assert one.score(X, y) > 0.7


def test_labels_of_any_kind_come_back() -> None:
    X, y = make_classification(90, n_classes=3, n_informative=4, random_state=0)
    words = np.array(["low", "mid", "high"])[y]
    for labels in (
        words,
        words.tolist(),
        pd.Series(words),
        pd.Categorical(words),
        pl.Series(words),
    ):
        classifier = SpectralNetworkClassifier(**SHORT).fit(X, labels)
        assert classifier.classes_.tolist() == ["high", "low", "mid"]
        assert set(classifier.predict(X)) <= set(words)
    yes = SpectralNetworkClassifier(**SHORT).fit(X, y == 0).predict(X)
    assert yes.dtype == bool
