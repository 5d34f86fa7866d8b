"""A small spectral network trained on features of columns: one round of an elimination."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from torch import Tensor, nn

from spectral.first_layer import first_spectral_layer
from spectral.layer import SpectralLinear
from spectral.selection.adam import Adam
from spectral.weight_decay import groups_with_decay

COOLDOWN = 0.3
"""Over this share of its last steps the learning rate of a training falls to zero."""


@dataclass(frozen=True)
class NetworkSettings:
    """The numbers of a training.

    Parameters
    ----------
    hidden : tuple of int
        The sizes of the hidden layers.
    eigenvalue_penalty, eigenvector_penalty : float
        Of the first layer.
    learning_rate : float
        Of Adam.
    steps : int
        How long each round's network is trained.
    """

    hidden: tuple[int, ...]
    eigenvalue_penalty: float
    eigenvector_penalty: float
    learning_rate: float
    steps: int


def train_network(
    features: Tensor,
    outputs: int,
    batches: Iterable[Tensor],
    settings: NetworkSettings,
    losses: Callable[[Tensor, Tensor], Tensor],
) -> nn.Sequential:
    """A network of spectral layers with ReLU between them, with torch's random numbers.

    Parameters
    ----------
    features : Tensor
        ``(B, F)``.
    outputs : int
        How many.
    batches : iterable of Tensor
        The rows of every step; begun when the network is there.
    settings : NetworkSettings
        The numbers of the training.
    losses : callable
        ``(outputs, rows) → (rows,)``, the loss of each of these rows.
    """
    sizes = (features.shape[1], *settings.hidden, outputs)
    layers: list[nn.Module] = []
    for wide, narrow in itertools.pairwise(sizes):
        layers += [SpectralLinear(wide, narrow), nn.ReLU()]
    network = nn.Sequential(*layers[:-1]).to(features.device)
    penalties = settings.eigenvalue_penalty, settings.eigenvector_penalty
    optimiser = Adam(
        groups_with_decay(network.parameters(), first_spectral_layer(network), *penalties)
    )
    for step, batch in enumerate(batches):
        remaining = (settings.steps - step) / (COOLDOWN * settings.steps)
        seen = features.index_select(0, batch)  # three times as fast as features[batch]
        loss = losses(network(seen), batch).mean()
        optimiser.step(loss, settings.learning_rate * min(1, remaining))
    return network
