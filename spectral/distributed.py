"""Sums over the processes that train one network together (``torch.distributed``)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed


def train_together() -> bool:
    """Whether this process is one of a group."""
    return distributed.is_available() and distributed.is_initialized()


def over_processes(tensor: Tensor) -> Tensor:
    """The sum of each process's ``tensor``, through which gradients pass; alone, itself."""
    return _Sum.apply(tensor) if train_together() else tensor


def weight_of_share(samples: int | Tensor, device: torch.device) -> float | Tensor:
    """What the mean over this process's samples counts in the mean of the processes' means."""
    if not train_together():
        return 1.0
    together = over_processes(torch.as_tensor(samples, device=device))
    return samples * distributed.get_world_size() / together


class _Sum(torch.autograd.Function):
    """The sum over the processes. Each process's loss depends on it, so gradients add up, too."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor) -> Tensor:
        total = tensor.clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _Sum.apply(gradient)
