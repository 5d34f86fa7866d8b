"""How well the target is predicted from the first inputs of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.svm import SVC, SVR

from benchmarks.selection.compared_tables import Rows
from spectral.tables.targets import Task

STEPS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500)


def numbers_kept(columns: int) -> list[int]:
    """How many inputs are kept, up to all of them.

    Examples
    --------
    >>> numbers_kept(13)
    [1, 2, 3, 5, 10, 13]
    """
    return [*(number for number in STEPS if number < columns), columns]


def by_masking(network: Any, rows: Rows, order: np.ndarray, kept: Sequence[int]) -> list[float]:
    """The accuracy, or R², of a trained network that sees the first inputs alone.

    The others are set to their mean; the network is not trained again.

    Parameters
    ----------
    network : estimator
        Trained on all columns.
    rows : Rows
        What is predicted: the rows to test on.
    order : ndarray
        ``(columns,)``, the places of the columns from the best to the worst.
    kept : sequence of int
        How many are seen.
    """
    scores = []
    for number in kept:
        seen = np.zeros_like(rows.X_test)
        seen[:, order[:number]] = rows.X_test[:, order[:number]]
        scores.append(float(network.score(seen, rows.y_test)))
    return scores


def by_retraining(rows: Rows, task: Task, order: np.ndarray, kept: Sequence[int]) -> list[float]:
    """The accuracy, or R², of a support vector machine trained on the first inputs alone."""
    kind = SVC if task == "classification" else SVR
    scores = []
    for number in kept:
        chosen = order[:number]
        machine = kind().fit(rows.X[:, chosen], rows.y)
        scores.append(float(machine.score(rows.X_test[:, chosen], rows.y_test)))
    return scores
