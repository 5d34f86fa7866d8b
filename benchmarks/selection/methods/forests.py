"""What random forests tell of their columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split

from benchmarks.selection.plain_forest import forest_for
from spectral.tables.targets import Task

DEPTH_FOR_BORUTA = 5
"""Its documentation asks for trees of 3 to 7."""


def random_forest(
    X: np.ndarray, y: np.ndarray, task: Task, seed: int, **options: Any
) -> np.ndarray:
    """The mean decrease of impurity."""
    return forest_for(task, seed, **options).fit(X, y).feature_importances_


def permuted_forest(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """What a forest loses on a quarter of the rows, held out, when a column is permuted there."""
    classes = y if task == "classification" else None
    seen, held_out, y_seen, y_held_out = train_test_split(X, y, random_state=seed, stratify=classes)
    forest = forest_for(task, seed).fit(seen, y_seen)
    return permutation_importance(
        forest, held_out, y_held_out, random_state=seed, n_jobs=1
    ).importances_mean


def boruta(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """The ranking; among columns of one rank, the mean importance in its rounds decides."""
    from boruta import BorutaPy

    forest = forest_for(task, seed, max_depth=DEPTH_FOR_BORUTA)
    selector = BorutaPy(forest, n_estimators="auto", random_state=seed).fit(X, y)
    importances = np.nan_to_num(np.nanmean(selector.importance_history_[1:], axis=0), nan=0.0)
    order = np.lexsort((importances, -selector.ranking_))  # from the last to the first
    scores = np.empty(X.shape[1])
    scores[order] = np.arange(X.shape[1])
    return scores
