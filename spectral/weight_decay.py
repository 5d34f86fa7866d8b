r"""The penalty of a spectral layer as the weight decay of an optimiser.

The gradient of :math:`c \, \theta^2` is :math:`2 c \, \theta`: what a weight decay of :math:`2c`
adds to the gradient, without another pass over the weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from spectral.layer import SpectralLinear

ADD_DECAY_TO_GRADIENT = (torch.optim.Adam, torch.optim.SGD)
"""Others decay the weights themselves (AdamW) or scale the decay (Adagrad's step)."""
IS_PENALTY = "decay_is_penalty"
"""In a group of parameters: its decay stands for the penalty."""


def groups_with_decay(
    parameters: Iterable[nn.Parameter],
    layer: SpectralLinear,
    eigenvalue_penalty: float,
    eigenvector_penalty: float,
) -> list[dict[str, Any]]:
    """The parameters in groups for an optimiser, those of the penalised layer with their decay.

    Examples
    --------
    >>> layer = SpectralLinear(3, 2)
    >>> groups = groups_with_decay(layer.parameters(), layer, 1e-6, 1e-4)
    >>> [group.get("weight_decay") for group in groups]
    [2e-06, 0.0002, None]
    """
    penalised = {layer.eigenvalues_in, layer.eigenvectors}
    return [
        {
            "params": [layer.eigenvalues_in],
            "weight_decay": 2 * eigenvalue_penalty,
            IS_PENALTY: True,
        },
        {
            "params": [layer.eigenvectors],
            "weight_decay": 2 * eigenvector_penalty,
            IS_PENALTY: True,
        },
        {"params": [parameter for parameter in parameters if parameter not in penalised]},
    ]


def penalised_by(
    optimisers: Iterable[Any],
    layer: SpectralLinear,
    eigenvalue_penalty: float,
    eigenvector_penalty: float,
) -> bool:
    """Whether the optimisers add the gradient of the layer's penalty.

    Examples
    --------
    >>> layer = SpectralLinear(3, 2)
    >>> groups = groups_with_decay(layer.parameters(), layer, 1e-6, 1e-4)
    >>> penalised_by([torch.optim.Adam(groups)], layer, 1e-6, 1e-4)
    True
    >>> penalised_by([torch.optim.AdamW(groups)], layer, 1e-6, 1e-4)
    False
    """
    decay = {
        id(parameter): group["weight_decay"]
        for optimiser in map(_innermost, optimisers)
        if type(optimiser) in ADD_DECAY_TO_GRADIENT
        for group in optimiser.param_groups
        if not group.get("decoupled_weight_decay")
        for parameter in group["params"]
    }
    wanted = (
        (layer.eigenvalues_in, 2 * eigenvalue_penalty),
        (layer.eigenvectors, 2 * eigenvector_penalty),
    )
    return all(decay.get(id(parameter)) == of_penalty for parameter, of_penalty in wanted)


def leave_penalty_to_loss(optimisers: Iterable[Any]) -> None:
    """Take the decay that stands for the penalty away from optimisers that do not apply it so.

    Examples
    --------
    >>> layer = SpectralLinear(3, 2)
    >>> optimiser = torch.optim.AdamW(groups_with_decay(layer.parameters(), layer, 1e-6, 1e-4))
    >>> leave_penalty_to_loss([optimiser])
    >>> [group["weight_decay"] for group in optimiser.param_groups]
    [0.0, 0.0, 0.01]
    """
    for optimiser in map(_innermost, optimisers):
        for group in getattr(optimiser, "param_groups", ()):
            if group.get(IS_PENALTY):
                group["weight_decay"] = 0.0


def _innermost(optimiser: Any) -> Optimizer:
    """The optimiser itself, where Lightning has wrapped it."""
    return getattr(optimiser, "optimizer", optimiser)
