"""Linear models that an L1 penalty makes sparse."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LassoCV, LogisticRegression

from spectral.tables.targets import Task


def lasso(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """The size of the coefficients: the largest over the classes where there are several."""
    if task == "regression":
        return abs(LassoCV(random_state=seed).fit(X, y).coef_)
    model = LogisticRegression(l1_ratio=1.0, solver="saga", random_state=seed)
    return abs(model.fit(X, y).coef_).max(axis=0)
