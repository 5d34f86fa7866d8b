"""SHAP."""

from __future__ import annotations

import numpy as np

from benchmarks.selection.plain_forest import forest_for
from spectral.tables.targets import Task

EXPLAINED = 200
"""Rows; trees that are not pruned take long."""


def shap_of_forest(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """The mean size of TreeSHAP's values of a random forest, over rows and classes."""
    from shap import TreeExplainer

    forest = forest_for(task, seed).fit(X, y)
    explained = np.random.default_rng(seed).permutation(len(X))[:EXPLAINED]
    values = abs(TreeExplainer(forest).shap_values(X[explained]))
    return values.mean(axis=tuple(axis for axis in range(values.ndim) if axis != 1))
