"""Columns looked at one by one, without a model."""

from __future__ import annotations

import numpy as np
from sklearn.feature_selection import (
    f_classif,
    f_regression,
    mutual_info_classif,
    mutual_info_regression,
)

from spectral.tables.targets import Task


def mutual_information(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """By the nearest neighbours of each row."""
    measure = mutual_info_classif if task == "classification" else mutual_info_regression
    return measure(X, y, random_state=seed)


def f_test(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """The F statistic; 0 for a constant column."""
    test = f_classif if task == "classification" else f_regression
    return np.nan_to_num(test(X, y)[0], nan=0.0)
