"""What a training step is given."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from spectral.arguments import described
from spectral.distributed import weight_of_share
from spectral.tensor_arguments import checked_tensor

Batch = tuple[Tensor, Tensor] | tuple[Tensor, Tensor, Tensor]
"""Inputs ``(S, B, N)``, targets ``(S, B, ...)``, perhaps the samples' weights ``(S, B)``; without S
where all seeds see the same."""


def parts_of(batch: Any) -> tuple[Tensor, Tensor, Tensor | None]:
    """Inputs, targets, and weights if there are any; values are not looked at."""
    if not isinstance(batch, tuple | list) or len(batch) not in (2, 3):
        raise TypeError(
            f"the batch is {described(batch)}, but must be (inputs, targets) or "
            "(inputs, targets, weights)"
        )
    inputs, targets, *rest = batch
    weights = checked_tensor("weights", rest[0]) if rest else None
    return inputs, checked_tensor("targets", targets), weights


def check_outputs(outputs: Tensor, size: int, each: str) -> None:
    """Refuse the outputs of a network of another size: they must be ``(S, B, size)``.

    Examples
    --------
    >>> check_outputs(torch.ones(1, 8, 2), 3, each="class")
    Traceback (most recent call last):
    ValueError: the network's outputs have shape (1, 8, 2), but must be (seeds, batch, 3), one a
    class
    """
    if outputs.dim() != 3 or outputs.shape[-1] != size:
        raise ValueError(
            f"the network's outputs have shape {tuple(outputs.shape)}, but must be "
            f"(seeds, batch, {size}), one a {each}"
        )


def fitting_weights(weights: Tensor, losses: Tensor) -> Tensor:
    """The weights of the samples, ``(S, B)``."""
    if weights.shape not in (losses.shape, losses.shape[-1:]):
        raise ValueError(
            f"the weights have shape {tuple(weights.shape)}, but the losses take "
            f"{tuple(losses.shape[-1:])} or {tuple(losses.shape)}"
        )
    weights = weights if weights.is_floating_point() else weights.to(losses.dtype)
    return weights.expand(losses.shape)


def mean_losses(losses: Tensor, weights: Tensor | None) -> Tensor:
    """The mean loss of each seed, ``(S,)``, as this process's share of the mean of all."""
    if weights is None:
        return losses.mean(-1) * weight_of_share(losses.shape[-1], losses.device)
    total = weights.sum(-1)
    means = (losses * weights).sum(-1) / total.clamp_min(torch.finfo(total.dtype).tiny)
    return means * weight_of_share(total, losses.device)
