"""Columns that are ranked together, and seeds that are named."""

from typing import Any

import numpy as np
import pytest

from spectral import SpectralFeatureSelector

QUICK: dict[str, Any] = {
    "strategy": "single",
    "hidden": (8,),
    "max_epochs": 10,
    "learning_rate": 0.02,
    "random_state": 0,
}
LABELS = ["size", "size", "age", "size", "town"]


@pytest.fixture
def table() -> tuple[np.ndarray, np.ndarray]:
    """Five columns, of which the third is constant and two decide."""
    X = np.random.default_rng(0).normal(size=(200, 5))
    X[:, 2] = 7
    return X, X[:, 1] + 0.2 * X[:, 4]


def test_the_importance_of_a_group_is_the_norm_of_its_columns(
    table: tuple[np.ndarray, np.ndarray],
) -> None:
    alone = SpectralFeatureSelector(n_seeds=2, **QUICK).fit(*table)
    joined = SpectralFeatureSelector(n_seeds=2, groups=LABELS, **QUICK).fit(*table)
    size = np.linalg.norm(alone.importances_[:, [0, 1, 3]], axis=1)
    for place in (0, 1, 3):
        assert np.allclose(joined.importances_[:, place], size)
    assert np.allclose(joined.importances_[:, 4], alone.importances_[:, 4])
    assert (joined.importances_[:, 2] == 0).all(), "a constant column alone in its group"


def test_a_group_is_selected_as_a_whole(table: tuple[np.ndarray, np.ndarray]) -> None:
    selector = SpectralFeatureSelector(
        n_seeds=2, groups=LABELS, n_features_to_select=1, **QUICK
    ).fit(*table)
    assert selector.support_.tolist() == [True, True, False, True, False]
    assert selector.transform(table[0]).shape == (200, 3)
    frequency = selector.selection_frequency_
    assert frequency[0] == frequency[1] == frequency[3]


@pytest.mark.parametrize(("wanted", "selected"), [(0.25, 1), (0.5, 2), (2, 2), (4, 3)])
def test_as_many_groups_as_wanted_are_selected(
    table: tuple[np.ndarray, np.ndarray], wanted: float, selected: int
) -> None:
    """Of four columns that vary two share a group: three groups vary, and one is constant."""
    labels = ["size", "size", "age", "town", "wealth"]
    selector = SpectralFeatureSelector(n_seeds=2, groups=labels, **QUICK)
    selector.set_params(n_features_to_select=wanted).fit(*table)
    chosen = {label for label, kept in zip(labels, selector.support_, strict=True) if kept}
    assert len(chosen) == selected


@pytest.mark.parametrize(
    ("groups", "error", "message"),
    [
        (["a", "b"], ValueError, "groups holds 2 labels, but X has 5 columns"),
        ("abcde", TypeError, "groups is 'abcde', but must be a sequence of labels"),
        (3, TypeError, "groups is 3, but must be a sequence of labels"),
    ],
)
def test_labels_that_do_not_fit_are_one_sentence(
    table: tuple[np.ndarray, np.ndarray], groups: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        SpectralFeatureSelector(n_seeds=2, groups=groups, **QUICK).fit(*table)


def test_seeds_can_be_named(table: tuple[np.ndarray, np.ndarray]) -> None:
    together = SpectralFeatureSelector(n_seeds=(3, 11), **QUICK).fit(*table)
    alone = SpectralFeatureSelector(n_seeds=[11], **QUICK).fit(*table)
    assert together.importances_.shape == (2, 5)
    assert np.allclose(together.importances_[1], alone.importances_[0], rtol=1e-3, atol=1e-4)
    with pytest.raises(ValueError, match="not all different"):
        SpectralFeatureSelector(n_seeds=(3, 3), **QUICK).fit(*table)
