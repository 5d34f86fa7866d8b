"""What the batches of an epoch come to: loss and score, of each stage and each of its loaders."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (torchmetrics imports torchvision)

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torchmetrics import Metric

from spectral.metrics import SeedMean


class EpochMetrics(nn.Module):
    """Loss and score of every seed, summed over the batches of an epoch.

    Parameters
    ----------
    seeds : int
        S.
    score : str
        The name of the score.
    make_score : callable
        Makes a metric with a value a seed.

    Examples
    --------
    >>> metrics = EpochMetrics(seeds=2, score="share", make_score=lambda: SeedMean(2))
    >>> metrics.start("test", loaders=1, device="cpu")
    >>> for metric in metrics.of("test", 0, "cpu"):
    ...     metric.update(torch.tensor([[1.0, 3.0], [0.0, 1.0]]))
    >>> metrics.values("test")
    {'loss': tensor([2.0000, 0.5000]), 'share': tensor([2.0000, 0.5000])}
    """

    def __init__(self, seeds: int, score: str, make_score: Callable[[], Metric]) -> None:
        super().__init__()
        self.seeds = seeds
        self.score = score
        self.make_score = make_score
        self.stages = nn.ModuleDict()

    def start(self, stage: str, loaders: int, device: torch.device | str) -> None:
        """Begin an epoch of a stage; what one that was aborted has left is forgotten."""
        if len(self._of_loaders(stage)) != loaders:
            made = [
                nn.ModuleList([SeedMean(self.seeds), self.make_score()]) for _ in range(loaders)
            ]
            self.stages[_key(stage)] = nn.ModuleList(made).to(device)
        for metrics in self._of_loaders(stage):
            for metric in metrics:
                metric.reset()

    def of(self, stage: str, loader: int, device: torch.device | str) -> tuple[Metric, Metric]:
        """The metrics of loss and score that the batches of a loader update."""
        if not self._of_loaders(stage):  # a step by hand, without a Trainer
            self.start(stage, loader + 1, device)
        return self._of_loaders(stage)[loader]

    def values(self, stage: str) -> dict[str, Tensor]:
        """What the epoch came to, ``(S,)`` a name.

        Several loaders are told apart as by Lightning, as in ``loss/dataloader_idx_1``.
        """
        of_loaders = self._of_loaders(stage)
        values = {}
        for loader, metrics in enumerate(of_loaders):
            suffix = f"/dataloader_idx_{loader}" if len(of_loaders) > 1 else ""
            for name, metric in zip(("loss", self.score), metrics, strict=True):
                values[f"{name}{suffix}"] = metric.compute().view(self.seeds)
        return values

    def _of_loaders(self, stage: str) -> list[tuple[Metric, Metric]]:
        if _key(stage) not in self.stages:
            return []
        of_loaders = cast(nn.ModuleList, self.stages[_key(stage)])
        return [
            cast(tuple[Metric, Metric], tuple(cast(nn.ModuleList, each))) for each in of_loaders
        ]


def _key(stage: str) -> str:
    return f"of_{stage}"  # a module has an attribute train
