"""The paper's way to a ranking: one training of every seed, and the plain |λ|·‖ψ‖."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from spectral.samples import Samples
from spectral.selection.dealt_seeds import OnProgress, train_in_processes
from spectral.selection.seed_training import TrainingSettings, batch_size_for
from spectral.tables.encoding import relevance_of_columns
from spectral.tables.selected_columns import Selection, ranks

SILENT = 0.05
"""Below this share of the largest relevance an input is silent, as in the paper's figures."""
DEFAULTS: dict[str, Any] = {
    "hidden": (100, 50),
    "eigenvalue_penalty": 3e-2,
    "eigenvector_penalty": 3e-2,
    "learning_rate": 1e-2,
    "max_epochs": 100,
    "early_stopping": True,
    "validation_fraction": 0.1,
}
"""Of a training, where nothing else is asked for."""


def select_by_single_training(
    samples: Samples,
    groups: np.ndarray,
    classes: int | None,
    n_select: int | Literal["auto"],
    seeds: Sequence[int],
    n_jobs: int | None,
    device: str,
    progress: OnProgress | None,
    **settings: Any,
) -> Selection:
    """Rank columns by the mean relevance of one training and select the first of them.

    Parameters
    ----------
    samples : Samples
        Inputs and targets.
    groups : ndarray
        ``(inputs,)``, to which column an input belongs.
    classes : int or None
        The number of classes; None where the targets are numbers.
    n_select : int or "auto"
        How many columns to select; with "auto" those that are not silent, with a relevance of at
        least 5 % of the largest. Nothing is compared with noise: where the targets can be learnt
        from no column, some are selected none the less.
    seeds : sequence of int
        S of them.
    n_jobs : int or None
        How many processes train.
    device : str
        Where they train.
    progress : callable or None
        Told how far the work is.
    **settings
        Those of :class:`spectral.selection.seed_training.TrainingSettings` that are to be others.
    """
    trained = train_in_processes(
        samples,
        classes,
        seeds,
        TrainingSettings(**({"batch_size": batch_size_for(len(samples))} | DEFAULTS | settings)),
        n_jobs=n_jobs,
        device=device,
        progress=progress,
    )
    relevance = np.concatenate([group.relevance.numpy() for group in trained])
    return selection_of(relevance_of_columns(relevance, groups), n_select)


def selection_of(importances: np.ndarray, n_select: int | Literal["auto"]) -> Selection:
    """The selection that follows from the relevance of columns in seeds, ``(S, columns)``.

    Examples
    --------
    >>> selection = selection_of(np.array([[0.9, 0.0, 0.5], [0.8, 0.1, 0.0]]), n_select=1)
    >>> selection.ranking, selection.support, selection.selection_frequency
    (array([1, 3, 2]), array([ True, False, False]), array([1., 0., 0.]))
    """
    mean = importances.mean(axis=0)
    ranking = ranks(mean)
    if n_select == "auto":
        threshold = float(SILENT * mean.max())
        support = mean >= threshold
        selected = importances >= SILENT * importances.max(axis=1, keepdims=True)
    else:
        threshold = float(np.sort(mean)[-n_select])
        support = ranking <= n_select
        selected = np.apply_along_axis(ranks, 1, importances) <= n_select
    frequency = selected.mean(axis=0)
    return Selection(importances, ranking, support, frequency, threshold, np.zeros_like(mean))
