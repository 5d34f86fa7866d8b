"""A random forest as scikit-learn has it."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from spectral.tables.targets import Task


def forest_for(task: Task, seed: int, **options: Any) -> Any:
    """An untrained forest; its options are the library's defaults but for those named."""
    kind = RandomForestClassifier if task == "classification" else RandomForestRegressor
    return kind(random_state=seed, n_jobs=1, **options)
