"""What several figures measure."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from reproduce.experiments import BINS, KEPT
from spectral import ranking
from spectral.datasets import InMemoryDataModule


def over_seeds(relevance: np.ndarray) -> dict[str, Any]:
    """``mean`` (N) and ``std`` (N) over the seeds of ``relevance`` (S, N)."""
    return {"mean": relevance.mean(axis=0).tolist(), "std": relevance.std(axis=0).tolist()}


def most_relevant_pixels(relevance: Tensor) -> Tensor:
    """The 20 pixels of the largest normalised relevance ``(S, 784)``, on average over the seeds."""
    return ranking(relevance.double().mean(dim=0))[:KEPT]


def histograms(data: InMemoryDataModule, components: range | tuple[int, ...]) -> dict[str, Any]:
    """Densities of the test inputs by class, on common ``edges``."""
    inputs, labels = data.test
    chosen = inputs[:, list(components)].double().numpy()
    edges = np.linspace(chosen.min(), chosen.max(), BINS + 1)
    return {"edges": edges.tolist()} | {
        f"class_{label}": [
            np.histogram(column, edges, density=True)[0].tolist()
            for column in chosen[labels.numpy() == label].T
        ]
        for label in (0, 1)
    }
