"""Attributions of a plain network's outputs to its inputs, by captum."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from benchmarks.selection.plain_network import as_module, trained_network
from spectral.tables.targets import Task


def integrated_gradients(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """From the mean of the columns, which is 0."""
    from captum.attr import IntegratedGradients

    return attributed(IntegratedGradients, X, y, task, seed)


def layerwise_relevance(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """Layer-wise relevance propagation by the epsilon rule."""
    from captum.attr import LRP

    return attributed(LRP, X, y, task, seed)


def attributed(attribution: Any, X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> np.ndarray:
    """The mean size of the attributions over the rows, of the output of each row's class."""
    module = as_module(trained_network(X, y, task, seed))
    several = task == "classification" and len(np.unique(y)) > 2  # two classes share one output
    target = torch.tensor(y) if several else 0
    inputs = torch.tensor(X, dtype=torch.float32)
    values = attribution(module).attribute(inputs, target=target)
    return values.detach().abs().mean(0).numpy()
