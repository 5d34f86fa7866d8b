"""Networks that select inputs while they train: LassoNet."""

from __future__ import annotations

from typing import Any

import numpy as np

from spectral.tables.targets import Task


def lassonet(X: np.ndarray, y: np.ndarray, task: Task, seed: int, **options: Any) -> np.ndarray:
    """The penalty at which each column leaves; columns that never leave come first.

    Parameters
    ----------
    **options : object
        Those of LassoNet that are to be others than its defaults.
    """
    from lassonet import LassoNetClassifier, LassoNetRegressor

    kind = LassoNetClassifier if task == "classification" else LassoNetRegressor
    model = kind(random_state=seed, torch_seed=seed, device="cpu", verbose=0, **options)
    model.path(X, y, return_state_dicts=False)
    leaving = model.feature_importances_.numpy().astype(np.float64)
    last = leaving[np.isfinite(leaving)].max(initial=0.0)
    return np.where(np.isfinite(leaving), leaving, 2 * last + 1)
