"""What an epoch comes to in every seed: summed on the device, over all processes that train.

They are metrics of torchmetrics, which resets them, moves them along with the module, sums
them over the processes, and hands a single seed's value out without a dimension. Samples may count
with weights.
"""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (torchmetrics imports torchvision)

import torch
from torch import Tensor
from torchmetrics import Metric


class SeedMean(Metric):
    """The mean of a number of each sample, in every seed: ``(S,)``.

    Parameters
    ----------
    seeds : int
        S.

    Examples
    --------
    >>> mean = SeedMean(seeds=2)
    >>> mean.update(torch.tensor([[1.0, 3.0], [0.0, 1.0]]))
    >>> mean.compute().tolist()
    [2.0, 0.5]
    """

    full_state_update = False
    sums: Tensor
    counts: Tensor

    def __init__(self, seeds: int) -> None:
        super().__init__()
        self.add_state("sums", torch.zeros(seeds), dist_reduce_fx="sum")
        self.add_state("counts", torch.zeros(seeds), dist_reduce_fx="sum")

    def update(self, values: Tensor, weights: Tensor | None = None) -> None:
        """Add the samples ``(S, B)`` of a batch; each counts once, or with its weight."""
        if weights is None:
            self.sums += values.sum(-1)
            self.counts += values.shape[-1]
        else:
            self.sums += (values * weights).sum(-1)
            self.counts += weights.sum(-1)

    def compute(self) -> Tensor:
        """The mean in every seed, ``(S,)``."""
        return self.sums / self.counts


class SeedDetermination(Metric):
    """The coefficient of determination, R², in every seed: ``(S,)``, the mean over the targets.

    1 is perfect; 0 is as good as the mean of the targets, which stands for a constant target, too.

    Parameters
    ----------
    seeds, targets : int
        S and T.

    Examples
    --------
    >>> score = SeedDetermination(seeds=1, targets=1)
    >>> score.update(torch.tensor([[[1.0], [2.0]]]), torch.tensor([[[1.0], [3.0]]]))
    >>> score.compute().item()
    0.5
    """

    full_state_update = False
    counts: Tensor
    sums: Tensor
    squares: Tensor
    errors: Tensor

    def __init__(self, seeds: int, targets: int) -> None:
        super().__init__()
        self.add_state("counts", torch.zeros(seeds, 1), dist_reduce_fx="sum")
        for name in ("sums", "squares", "errors"):
            self.add_state(name, torch.zeros(seeds, targets), dist_reduce_fx="sum")

    def update(self, outputs: Tensor, targets: Tensor, weights: Tensor | None = None) -> None:
        """Add outputs and targets ``(S, B, T)`` of a batch, weights ``(S, B)``."""
        each = targets.new_ones(targets.shape[:-1]) if weights is None else weights
        each = each.unsqueeze(-1)
        self.counts += each.sum(-2)
        self.sums += (each * targets).sum(-2)
        self.squares += (each * targets.square()).sum(-2)
        self.errors += (each * (outputs - targets).square()).sum(-2)

    def compute(self) -> Tensor:
        """R² in every seed, ``(S,)``."""
        total = self.squares - self.sums.square() / self.counts
        determined = 1 - self.errors / total
        return torch.where(total <= 0, 0, determined).mean(-1)
