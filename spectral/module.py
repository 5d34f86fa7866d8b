"""The LightningModule: loss, penalty, optimiser, metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from pytorch_lightning.utilities.types import OptimizerLRScheduler
from torch import Tensor

from spectral.activation import Activation
from spectral.arguments import (
    checked_seeds,
    described,
    real_number,
    whole_number,
    whole_numbers,
)
from spectral.distributed import over_processes, weight_of_share
from spectral.ensemble import Ensemble
from spectral.first_layer import first_spectral_layer
from spectral.layer import SpectralLinear
from spectral.network import SpectralMLP
from spectral.relevance import input_relevance
from spectral.tensor_arguments import checked_tensor

Batch = tuple[Tensor, Tensor]


class SpectralClassifier(pl.LightningModule):
    r"""Trains one or many seeds of a :class:`SpectralMLP` as a classifier.

    Each seed minimises the mean cross-entropy of its batch plus an L2 penalty on its first
    layer, :math:`c_\lambda \sum_i \lambda_i^2 + c_\psi \sum_{ji} \psi_{ji}^2`. The seeds share
    no parameter, so one Adam step on the sum of their losses moves each as if it were alone.

    The penalty is not computed while training: its gradient, :math:`2 c \, \theta`, is what
    Adam's ``weight_decay`` of :math:`2c` adds, without another pass over the weights.

    Parameters
    ----------
    in_features, classes
        The sizes of input and output.
    hidden, activation, dropout
        See :class:`SpectralMLP`.
    learning_rate
        Of Adam, which runs with Keras' ``eps`` of 1e-7.
    eigenvalue_penalty
        :math:`c_\lambda`, at least 0.
    eigenvector_penalty
        :math:`c_\psi`, at least 0.
    cooldown
        Over so many of the last epochs the learning rate falls linearly towards zero; with 0, as
        in the paper, it stays as it is.
    seeds
        One network is trained for each.

    Shape
    -----
    Batches are ``(inputs, labels)`` of shape ``(S, B, in_features)`` and ``(S, B)``, or
    ``(B, in_features)`` and ``(B,)`` where all seeds see the same.

    Logged
    ------
    ``<stage>/loss`` (cross-entropy), ``<stage>/accuracy`` and, for training,
    ``train/penalty``: means over the seeds, at the end of each epoch. Where the Trainer has a
    logger, each of them also a seed, as ``<stage>/accuracy/seed-3``. Stages are ``train``,
    ``validation`` and ``test``. The values of all seeds are in :attr:`seed_metrics`, too.

    Attributes
    ----------
    seed_metrics
        What the last epoch of each stage came to in every seed, by the names above: ``(S,)``.

    Examples
    --------
    >>> classifier = SpectralClassifier(in_features=20, classes=2, seeds=range(3))
    >>> classifier(torch.randn(8, 20)).shape
    torch.Size([3, 8, 2])
    >>> classifier.relevance().shape
    torch.Size([3, 20])
    """

    def __init__(
        self,
        in_features: int,
        classes: int,
        *,
        hidden: Sequence[int] = (100, 100, 50),
        activation: Activation = "relu",
        dropout: float = 0.0,
        learning_rate: float = 1e-2,
        eigenvalue_penalty: float = 1e-6,
        eigenvector_penalty: float = 1e-4,
        cooldown: int = 0,
        seeds: Sequence[int] = (0,),
    ) -> None:
        super().__init__()
        in_features = whole_number("in_features", in_features, least=1)
        classes = whole_number("classes", classes, least=2)
        hidden = whole_numbers("hidden", hidden, least=1)
        seeds = checked_seeds(seeds)
        self.learning_rate = real_number("learning_rate", learning_rate, above=0)
        self.eigenvalue_penalty = real_number("eigenvalue_penalty", eigenvalue_penalty, least=0)
        self.eigenvector_penalty = real_number("eigenvector_penalty", eigenvector_penalty, least=0)
        self.cooldown = whole_number("cooldown", cooldown, least=0)
        dropout = real_number("dropout", dropout, least=0, below=1)
        self.save_hyperparameters()
        self.hparams.update(  # plain numbers, and the seeds as a list, fit a checkpoint
            in_features=in_features,
            classes=classes,
            hidden=hidden,
            dropout=dropout,
            learning_rate=self.learning_rate,
            eigenvalue_penalty=self.eigenvalue_penalty,
            eigenvector_penalty=self.eigenvector_penalty,
            cooldown=self.cooldown,
            seeds=list(seeds),
        )
        self.ensemble = Ensemble(
            lambda: SpectralMLP(in_features, classes, hidden, activation, dropout), seeds
        )
        self.seed_metrics: dict[str, Tensor] = {}
        self._tallies: dict[str, _Tally] = {}

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in the order of every leading dimension."""
        return self.ensemble.seeds

    def forward(self, inputs: Tensor) -> Tensor:
        return self.ensemble(inputs)

    def relevance(self) -> Tensor:
        """The relevance of each input in each seed: ``(S, in_features)``."""
        return input_relevance(self.ensemble)

    def penalty(self) -> Tensor:
        """The penalty on the first layer of each seed: ``(S,)``."""
        return self._first_layer().penalty(self.eigenvalue_penalty, self.eigenvector_penalty)

    def configure_optimizers(self) -> OptimizerLRScheduler:
        first = self._first_layer()
        penalised = {first.eigenvalues_in, first.eigenvectors}
        others = [p for p in self.parameters() if p.requires_grad and p not in penalised]
        groups: list[dict[str, Any]] = [
            {"params": [first.eigenvalues_in], "weight_decay": 2 * self.eigenvalue_penalty},
            {"params": [first.eigenvectors], "weight_decay": 2 * self.eigenvector_penalty},
            {"params": others},
        ]
        optimiser = torch.optim.Adam(groups, lr=self.learning_rate, eps=1e-7, fused=True)
        if not self.cooldown:
            return optimiser
        return [optimiser], [torch.optim.lr_scheduler.LambdaLR(optimiser, self._share_of_rate)]

    def _share_of_rate(self, epoch: int) -> float:
        """What the learning rate of an epoch is of the full one."""
        epochs = self.trainer.max_epochs
        if not epochs or epochs < 0:
            raise ValueError("a cooldown needs to know the end: give the Trainer max_epochs")
        return min(1.0, (epochs - epoch) / (self.cooldown + 1))

    def on_train_epoch_start(self) -> None:
        self.ensemble.start_epoch(self.current_epoch, self.global_rank)

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        losses = self._step("train", batch)
        return losses.sum() * weight_of_share(batch[1].shape[-1], losses.device)

    def validation_step(self, batch: Batch, batch_index: int) -> None:
        self._step("validation", batch)

    def test_step(self, batch: Batch, batch_index: int) -> None:
        self._step("test", batch)

    def on_train_epoch_end(self) -> None:
        self._log_stage("train", {"penalty": self.penalty().detach()})

    def on_validation_epoch_end(self) -> None:
        self._log_stage("validation", {})

    def on_test_epoch_end(self) -> None:
        self._log_stage("test", {})

    def _first_layer(self) -> SpectralLinear:
        return first_spectral_layer(self.ensemble)

    def _step(self, stage: str, batch: Batch) -> Tensor:
        """The mean cross-entropy of each seed, ``(S,)``, added to the tally of the stage."""
        inputs, labels = checked_batch(batch)
        logits = self(inputs)
        if labels.shape not in (logits.shape[:-1], logits.shape[1:-1]):
            raise ValueError(
                f"the labels have shape {tuple(labels.shape)}, but the inputs take "
                f"{tuple(logits.shape[1:-1])} or {tuple(logits.shape[:-1])}"
            )
        labels = labels.expand(logits.shape[:-1])
        try:
            losses = F.cross_entropy(logits.mT, labels, reduction="none")
        except IndexError as error:  # a GPU says so in its own way
            classes = logits.shape[-1]
            raise ValueError(f"{error} The labels must be 0 to {classes - 1}.") from error
        tally = self._tallies.setdefault(stage, _Tally(len(self.seeds), logits.device))
        tally.add(losses, logits, labels)
        return losses.mean(-1)

    def _log_stage(self, stage: str, extra: dict[str, Tensor]) -> None:
        """Keep and log what the epoch's batches came to."""
        loss, accuracy = self._tallies.pop(stage).means()
        metrics = {"loss": loss, "accuracy": accuracy} | extra
        for name, values in metrics.items():
            self.seed_metrics[f"{stage}/{name}"] = values
            self.log(f"{stage}/{name}", values.mean(), prog_bar=name != "penalty")
            if self.trainer.loggers:  # for nobody it would cost more than many a step
                of_seeds = zip(self.seeds, values, strict=True)
                self.log_dict({f"{stage}/{name}/seed-{seed}": value for seed, value in of_seeds})


def checked_batch(batch: Any) -> Batch:
    """Inputs and labels as int64; values are not looked at."""
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        raise TypeError(f"the batch is {described(batch)}, but must be (inputs, labels)")
    inputs, labels = batch
    if checked_tensor("labels", labels).is_floating_point() or labels.is_complex():
        raise TypeError(f"the labels are {labels.dtype}, but must be whole numbers, as int64")
    return inputs, labels.long()


class _Tally:
    """Sums of losses and hits over an epoch, kept on the device so that no step waits for it."""

    def __init__(self, seeds: int, device: torch.device) -> None:
        self.losses = torch.zeros(seeds, device=device)
        self.hits = torch.zeros(seeds, device=device)
        self.samples = 0

    @torch.no_grad()
    def add(self, losses: Tensor, logits: Tensor, labels: Tensor) -> None:
        self.losses += losses.sum(-1)
        self.hits += (logits.max(-1).indices == labels).sum(-1)
        self.samples += labels.shape[-1]

    def means(self) -> tuple[Tensor, Tensor]:
        """Loss and accuracy of each seed, over the samples of all processes."""
        samples = torch.full_like(self.hits, self.samples)
        losses, hits, samples = over_processes(torch.stack([self.losses, self.hits, samples]))
        return losses / samples, hits / samples
