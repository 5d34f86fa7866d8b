"""Elimination finds what decides, nothing where nothing does, and says how often."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from joblib import parallel_config

from spectral.running.stored_arrays import results_stored_in
from spectral.samples import Samples
from spectral.selection import dealt_eliminations
from spectral.selection.consensus import select_by_elimination, settings_for
from spectral.selection.elimination import Elimination, against_copies, eliminate
from spectral.tables.selected_columns import Selection


def table(rows: int = 500, width: int = 12, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)


def select(
    X: np.ndarray,
    y: np.ndarray,
    *,
    wanted: Any = "auto",
    groups: Any = None,
    seeds: int = 3,
    weights: Any = None,
    n_jobs: int = 1,
    **given: Any,
) -> Selection:
    classes = None if y.dtype == np.float32 else int(y.max()) + 1
    samples = Samples(torch.from_numpy(X), torch.from_numpy(y), weights)
    of_columns = np.arange(X.shape[1]) if groups is None else groups
    return select_by_elimination(
        samples, of_columns, classes, wanted, range(seeds), n_jobs, "cpu", None, **given
    )


def product_of_two(X: np.ndarray) -> np.ndarray:
    """Classes by the signs of columns 3 and 9, neither of which tells anything alone."""
    return (X[:, 3] * X[:, 9] > 0).astype(int)


def test_columns_that_tell_something_together_alone_are_found() -> None:
    X = table()
    selection = select(X, product_of_two(X))
    assert np.flatnonzero(selection.support).tolist() == [3, 9]
    assert set(np.flatnonzero(selection.ranking <= 2)) == {3, 9}
    assert selection.selection_frequency[[3, 9]].min() > 0.9
    assert selection.importances.shape == (3, 12)


def test_three_columns_that_tell_something_together_alone_are_found() -> None:
    X = table()
    classes = (X[:, 1] * X[:, 5] * X[:, 11] > 0).astype(int)
    assert np.flatnonzero(select(X, classes).support).tolist() == [1, 5, 11]


def test_numbers_are_told_by_a_wave_a_line_and_a_product() -> None:
    X = table()
    noise = np.random.default_rng(1).normal(size=len(X))
    numbers = np.cos(3 * X[:, 0]) + X[:, 4] + X[:, 7] * X[:, 8] + 0.3 * noise
    selection = select(X, ((numbers - numbers.mean()) / numbers.std())[:, None].astype(np.float32))
    assert np.flatnonzero(selection.support).tolist() == [0, 4, 7, 8]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_selected_of_noise(seed: int) -> None:
    X = table(300, 20, seed)
    classes = np.random.default_rng(10 + seed).integers(0, 2, len(X))
    assert not select(X, classes).support.any()


def test_of_two_equal_columns_one_is_selected() -> None:
    X = table()
    X[:, 10] = X[:, 3]
    chosen = np.flatnonzero(select(X, (X[:, 3] + X[:, 5] > 0).astype(int)).support)
    assert 5 in chosen
    assert len({3, 10} & {*chosen}) <= 1
    assert {*chosen} <= {3, 5, 10}


def test_inputs_of_one_column_count_together() -> None:
    X = table()
    groups = np.minimum(np.arange(12), 9)  # the last three are one column
    classes = (X[:, 10] * X[:, 2] > 0).astype(int)
    selection = select(X, classes, groups=groups)
    assert np.flatnonzero(selection.support).tolist() == [2, 9]
    assert len(selection.ranking) == 10


def test_a_number_of_columns_is_selected_if_it_is_wanted() -> None:
    X = table()
    selection = select(X, product_of_two(X), wanted=3, seeds=2)
    assert selection.support.sum() == 3
    assert selection.support[[3, 9]].all()
    assert selection.selection_frequency.sum() == pytest.approx(3)


def test_a_wanted_number_changes_no_ranking() -> None:
    X = table()
    free, wanted = (select(X, product_of_two(X), wanted=wanted) for wanted in ("auto", 5))
    assert (free.importances == wanted.importances).all()
    assert (free.ranking == wanted.ranking).all()


def test_importances_are_in_units_of_what_noise_comes_to() -> None:
    X = table(width=40)
    importances = select(X, product_of_two(X)).importances.mean(axis=0)
    relevant = np.isin(np.arange(40), [3, 9])
    assert importances[relevant].min() > 5
    assert 0.2 < importances[~relevant].max() < 1.5


def test_noise_stays_small_where_copies_vanish() -> None:
    """Networks that see few columns as they are bring copies to next to nothing."""
    relevance = np.array([1.0, 1e-5, 0.0, 1e-7, 1e-7, 0.0])
    found = against_copies([(np.arange(6), relevance, relevance > 0)], width=3)
    assert found == pytest.approx([100, 1e-3, 0])


def test_when_few_copies_are_left_noise_is_measured_no_more() -> None:
    kept = np.ones(6, dtype=bool)
    first = np.arange(6), np.array([4.0, 1, 1, 1, 2, 1]), kept
    last = np.array([0, 1, 3]), np.array([4.0, 3, 0.1]), kept[:3]
    assert against_copies([first, last], width=3).tolist() == [2, 0.5, 0.5]


def test_what_is_selected_stands_first() -> None:
    X = table(width=30)
    numbers = 3 * X[:, 0] + X[:, 1] + 0.3 * X[:, 2] + np.random.default_rng(4).normal(size=len(X))
    selection = select(X, (numbers / numbers.std())[:, None].astype(np.float32))
    chosen = selection.support.sum()
    assert 0 < chosen < 30
    assert set(selection.ranking[selection.support]) == {*range(1, chosen + 1)}


def test_rows_without_weight_do_not_matter() -> None:
    X = table(800)
    classes = product_of_two(X)
    classes[400:] = (X[400:, 0] > 0).astype(int)
    weights = torch.cat([torch.ones(400), torch.zeros(400)])
    selection = select(X, classes, wanted=2, weights=weights)
    assert np.flatnonzero(selection.support).tolist() == [3, 9]


def test_neither_processes_nor_company_change_a_seed() -> None:
    X = table(200, 8)
    classes = (X[:, 3] > 0).astype(int)
    alone = select(X, classes, seeds=2)
    together = select(X, classes, seeds=3, n_jobs=2)
    np.testing.assert_array_equal(alone.importances, together.importances[:2])


def test_threads_of_one_process_do_not_disturb_each_other() -> None:
    X = table(200, 4)
    classes = (X[:, 3] > 0).astype(int)
    alone = select(X, classes, seeds=4)
    with parallel_config(backend="threading", n_jobs=4):
        together = select(X, classes, seeds=4, n_jobs=4)
    np.testing.assert_array_equal(alone.importances, together.importances)


def test_a_table_of_few_rows_and_rare_classes_is_ranked() -> None:
    X = table(12, 3)
    classes = np.array([0] * 10 + [1, 2])
    selection = select(X, classes, seeds=2)
    assert np.isfinite(selection.importances).all()
    assert sorted(selection.ranking) == [1, 2, 3]


def test_an_elimination_that_is_stored_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    X = table(200, 6)
    classes = (X[:, 3] > 0).astype(int)
    with results_stored_in(tmp_path):
        first = select(X, classes, seeds=1)
        made: list[int] = []
        original = dealt_eliminations.eliminate

        def noted(samples: Samples, groups: np.ndarray, classes: int, seed: int, *rest: Any) -> Any:
            made.append(seed)
            return original(samples, groups, classes, seed, *rest)

        monkeypatch.setattr(dealt_eliminations, "eliminate", noted)
        second = select(X, classes, seeds=2)
    assert made == [1]
    np.testing.assert_array_equal(first.importances, second.importances[:1])


def columns_in_a_row() -> np.ndarray:
    """Thirty columns of which neighbours correlate by 0.85."""
    X = np.random.default_rng(24).normal(size=(500, 30))
    for column in range(1, 30):
        X[:, column] = 0.85 * X[:, column - 1] + np.sqrt(1 - 0.85**2) * X[:, column]
    return X.astype(np.float32)


def test_of_columns_that_go_together_those_are_selected_that_add_up() -> None:
    X = columns_in_a_row()
    noise = np.random.default_rng(7).normal(size=len(X))
    line = X[:, 4] - X[:, 6] + 1.2 * X[:, 15] + 0.8 * X[:, 22] + 0.4 * noise
    numbers = (line - line.mean()) / line.std()
    selection = select(X, numbers[:, None].astype(np.float32), seeds=5)
    assert np.flatnonzero(selection.support).tolist() == [4, 6, 15, 22]
    assert set(np.argsort(selection.ranking)[:4]) == {4, 6, 15, 22}


def eliminated(X: np.ndarray, classes: np.ndarray, **changed: Any) -> Elimination:
    samples = Samples(torch.from_numpy(X), torch.from_numpy(classes))
    settings = replace(settings_for(samples, columns=2 * X.shape[1]), **changed)
    return eliminate(samples, np.arange(X.shape[1]), 2, 0, True, settings)


def test_a_look_at_the_columns_as_they_are_changes_nothing_where_functions_predict_better() -> None:
    X = table()
    classes = (np.cos(4 * X[:, 2]) * X[:, 8] > 0).astype(int)
    never = eliminated(X, classes, plain=None)
    looked = eliminated(X, classes)
    assert np.array_equal(looked.importances, never.importances)
    assert np.array_equal(looked.gains, never.gains, equal_nan=True)


def test_without_rows_held_out_no_look_is_taken() -> None:
    X = columns_in_a_row()
    classes = (X[:, 4] + X[:, 15] > 0).astype(int)
    none = {"held_out": 0.0, "confirmation": False}
    never = eliminated(X, classes, plain=None, **none)
    assert np.array_equal(eliminated(X, classes, **none).importances, never.importances)
