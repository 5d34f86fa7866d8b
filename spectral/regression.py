"""Numbers to predict: the squared error of standardised targets, and R²."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (torchmetrics imports torchvision)

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Unpack

import torch
from torch import Tensor, nn
from torchmetrics import Metric

from spectral.arguments import real_number, whole_number, whole_numbers
from spectral.distributed import over_processes
from spectral.metrics import SeedDetermination
from spectral.module_options import TrainingOptions
from spectral.network import PAPER_HIDDEN, Activation, SpectralMLP
from spectral.training import SpectralModule
from spectral.training_batch import check_outputs

UNSIZED_BATCHES = 1000
"""So many batches are read of a loader that does not tell its length, since it may not end."""


class SpectralRegressor(SpectralModule):
    """Trains one or many seeds of a network to predict one or several numbers.

    The loss is the squared error of the standardised targets, averaged over them, and the score R².
    Outputs are standardised, predictions are not.

    Mean and standard deviation of the targets are read off the batches of an epoch before the
    first, of a loader without a length off its first 1000. Each training that starts anew reads
    them again. They stay as they are where a training goes on, and where they come from a
    checkpoint, a state dict or :meth:`standardise_by`.

    Parameters
    ----------
    in_features : int
        The number of inputs.
    targets : int, default=1
        T, how many numbers are predicted.
    hidden : sequence of int, default=(100, 100, 50)
        The sizes of the hidden layers of the :class:`SpectralMLP`.
    activation : {"relu", "tanh"}, default="relu"
        What follows its first layer.
    dropout : float, default=0.0
        The share of nodes of its first hidden layer dropped in training.
    build : callable or None, default=None
        Makes another network of these sizes, whose first layer is spectral; then ``hidden``,
        ``activation`` and ``dropout`` say nothing.
    **options
        The other options of :class:`SpectralModule`.

    Shape
    -----
    Targets are ``(S, B, T)`` or ``(B, T)``; where there is one, also ``(S, B)`` or ``(B,)``.
    Predictions are the mean of the seeds', ``(B, T)``.

    Attributes
    ----------
    target_mean, target_scale : Tensor
        ``(T,)``; 0 and 1 before training. A target that is constant has scale 1.

    Examples
    --------
    >>> regressor = SpectralRegressor(in_features=5, targets=2, seeds=range(3))
    >>> regressor(torch.randn(8, 5)).shape
    torch.Size([3, 8, 2])
    """

    score = "r2"
    target_mean: Tensor
    target_scale: Tensor
    targets_known: Tensor

    def __init__(
        self,
        in_features: int,
        targets: int = 1,
        *,
        hidden: Sequence[int] = PAPER_HIDDEN,
        activation: Activation = "relu",
        dropout: float = 0.0,
        build: Callable[[], nn.Module] | None = None,
        **options: Unpack[TrainingOptions],
    ) -> None:
        in_features = whole_number("in_features", in_features, least=1)
        targets = whole_number("targets", targets, least=1)
        hidden = whole_numbers("hidden", hidden, least=1)
        dropout = real_number("dropout", dropout, least=0, below=1)

        def build_mlp() -> nn.Module:
            return SpectralMLP(in_features, targets, hidden, activation, dropout)

        super().__init__(build or build_mlp, **options)
        self.hparams.update(
            in_features=in_features, targets=targets, hidden=hidden, dropout=dropout
        )
        self.targets = targets
        self.register_buffer("target_mean", torch.zeros(targets))
        self.register_buffer("target_scale", torch.ones(targets))
        self.register_buffer("targets_known", torch.tensor(False))
        self._read_in_training = False

    def on_train_start(self) -> None:
        super().on_train_start()
        starts_anew = self._read_in_training and self.trainer.global_step == 0
        if starts_anew or not self.targets_known:
            batches = self.trainer.train_dataloader
            assert batches is not None
            of_epoch = self.trainer.num_training_batches
            number = UNSIZED_BATCHES if math.isinf(of_epoch) else int(of_epoch)
            self.standardise_by(islice(batches, number))
            self._read_in_training = True

    def _load_from_state_dict(self, *arguments: Any, **options: Any) -> None:
        super()._load_from_state_dict(*arguments, **options)
        self._read_in_training = False

    @torch.no_grad()
    def standardise_by(self, batches: Iterable[Any]) -> None:
        """Take the targets' mean and deviation off batches ``(inputs, targets, ...)``.

        Parameters
        ----------
        batches : iterable of tuple of Tensor
            Where there are weights of the samples, they count.
        """
        parts, shares = [], []
        for _, of_batch, *weights in batches:
            rows = of_batch.to(self.target_mean).reshape(-1, self.targets)
            each = weights[0].to(rows).flatten() if weights else rows.new_ones(len(rows))
            count = max(len(rows), len(each))  # either may hold a line for each seed
            parts.append(rows.repeat(count // len(rows), 1))
            shares.append(each.repeat(count // len(each)))
        targets = torch.cat(parts).double()
        counts = torch.cat(shares).double().unsqueeze(1)
        total = over_processes(counts.sum())
        mean = over_processes((counts * targets).sum(0)) / total
        variance = over_processes((counts * (targets - mean).square()).sum(0)) / total
        scale = variance.sqrt()
        self.target_mean.copy_(mean)
        self.target_scale.copy_(torch.where(scale > 0, scale, 1))
        self.targets_known.fill_(True)
        self._read_in_training = False

    def fitting_targets(self, targets: Tensor, outputs: Tensor) -> Tensor:
        """The targets standardised, ``(S, B, T)``; refused if they are of another shape."""
        check_outputs(outputs, self.targets, each="target")
        shape = outputs.shape
        if self.targets == 1 and targets.shape in (shape[:-1], shape[1:-1]):
            targets = targets.unsqueeze(-1)
        if targets.is_complex() or targets.shape not in (shape, shape[1:]):
            raise ValueError(
                f"the targets are {targets.dtype} of shape {tuple(targets.shape)}, but the inputs "
                f"take real numbers of shape {tuple(shape[1:])} or {tuple(shape)}"
            )
        return ((targets - self.target_mean) / self.target_scale).to(outputs.dtype).expand(shape)

    def losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The squared error of every sample, ``(S, B)``, the mean over the targets."""
        return (outputs - targets).square().mean(-1)

    def make_score(self) -> Metric:
        """R² of each seed."""
        return SeedDetermination(len(self.seeds), self.targets)

    def predicted(self, outputs: Tensor) -> Tensor:
        """The mean of what the seeds predict, not standardised: ``(B, T)``."""
        return outputs.mean(0) * self.target_scale + self.target_mean
