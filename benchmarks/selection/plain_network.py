"""A network as a person would train it who wants predictions: scikit-learn's, with its defaults."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor
from torch import nn

from spectral.tables.targets import Task


def trained_network(X: np.ndarray, y: np.ndarray, task: Task, seed: int) -> Any:
    """The network, trained on standardised rows."""
    kind = MLPClassifier if task == "classification" else MLPRegressor
    return kind(random_state=seed).fit(X, y)


def as_module(network: Any) -> nn.Sequential:
    """The same function in torch: logits, or numbers.

    Examples
    --------
    >>> X, y = np.random.default_rng(0).normal(size=(50, 3)), np.arange(50) / 50
    >>> network = trained_network(X, y, "regression", seed=0)
    >>> outputs = as_module(network)(torch.tensor(X, dtype=torch.float32)).squeeze(1)
    >>> bool(abs(outputs.detach().numpy() - network.predict(X)).max() < 1e-5)
    True
    """
    layers: list[nn.Module] = []
    for weight, bias in zip(network.coefs_, network.intercepts_, strict=True):
        layer = nn.Linear(*weight.shape)
        layer.weight.data = torch.tensor(weight.T, dtype=torch.float32)
        layer.bias.data = torch.tensor(bias, dtype=torch.float32)
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1]).eval()
