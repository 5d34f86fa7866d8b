"""Sums over the processes that train one network together (``torch.distributed``)."""

from __future__ import annotations

import torch
from torch import Tensor, distributed


def train_together() -> bool:
    """Whether this process is one of a group."""
    return distributed.is_available() and distributed.is_initialized()


def over_processes(tensor: Tensor) -> Tensor:
    """The sum of each process's ``tensor``; alone, the tensor itself."""
    if not train_together():
        return tensor
    total = tensor.clone()
    distributed.all_reduce(total)
    return total


def samples_over_processes(samples: int | Tensor, device: torch.device) -> int | Tensor:
    """How many samples the processes have together, each telling its own number or weight."""
    if not train_together():
        return samples
    return over_processes(torch.as_tensor(samples, device=device))


def weight_of_share(samples: int | Tensor, device: torch.device) -> float | Tensor:
    """What the mean over this process's samples counts in the mean of the processes' means."""
    if not train_together():
        return 1.0
    return samples * distributed.get_world_size() / samples_over_processes(samples, device)
