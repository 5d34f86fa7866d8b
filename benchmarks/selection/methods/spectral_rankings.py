"""This package's rankings."""

from __future__ import annotations

import numpy as np

from spectral import SpectralFeatureSelector
from spectral.tables.targets import Task


def by_elimination(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """The selector with its defaults."""
    selector = SpectralFeatureSelector(task=task, random_state=seed, n_jobs=1)
    return -selector.fit(X, y).ranking_.astype(np.float64)


def by_single_training(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """The paper's way: |λ|·‖ψ‖ after one training."""
    selector = SpectralFeatureSelector(strategy="single", task=task, random_state=seed, n_jobs=1)
    return selector.fit(X, y).feature_importances_
