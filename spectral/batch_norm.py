"""Batch normalisation for one network or for many seeds side by side."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class BatchNorm(nn.Module):
    """Batch normalisation of ``(B, F)`` or, every seed by itself, of ``(S, B, F)``.

    The arithmetic of :class:`torch.nn.BatchNorm1d`. With S seeds the features of all of them
    are laid next to each other, so that one call normalises every seed over its own batch.

    Parameters
    ----------
    features
        F, the number of features.
    momentum
        The weight of the newest batch in the running statistics. The authors' 0.99 in Keras
        is 0.01 here.
    eps
        Added to the variance.

    Examples
    --------
    >>> outputs = BatchNorm(4)(torch.randn(100, 4))
    >>> bool(outputs.mean(0).abs().max() < 1e-5)
    True
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, features: int, momentum: float = 0.01, eps: float = 1e-3) -> None:
        super().__init__()
        self.momentum = momentum
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, inputs: Tensor) -> Tensor:
        stacked = self.weight.dim() == 2
        columns = inputs.transpose(0, 1).flatten(1) if stacked else inputs
        outputs = F.batch_norm(
            columns,
            self.running_mean.flatten(),
            self.running_var.flatten(),
            self.weight.flatten(),
            self.bias.flatten(),
            self.training,
            self.momentum,
            self.eps,
        )
        return outputs.unflatten(1, self.weight.shape).transpose(0, 1) if stacked else outputs

    def extra_repr(self) -> str:
        return f"{self.weight.shape[-1]}, momentum={self.momentum}, eps={self.eps}"
