"""The LightningModule of every task: penalty, optimiser, seeds, what is logged."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import pytorch_lightning as pl
import torch
from pytorch_lightning.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn
from torchmetrics import Metric

from spectral.arguments import checked_seeds, real_number, whole_number
from spectral.constant_inputs import check_same_inputs, checked_kept, narrow, spread, taken, widen
from spectral.ensemble import Ensemble
from spectral.epoch_metrics import EpochMetrics
from spectral.first_layer import first_spectral_layer
from spectral.layer import SpectralLinear
from spectral.training_batch import Batch, fitting_weights, mean_losses, parts_of
from spectral.weight_decay import groups_with_decay, leave_penalty_to_loss, penalised_by


class SpectralModule(pl.LightningModule, ABC):
    r"""Trains one or many seeds of a network whose first layer is spectral.

    Each seed minimises the mean loss of its batch plus an L2 penalty on its first layer,
    :math:`c_\lambda \sum_i \lambda_i^2 + c_\psi \sum_{ji} \psi_{ji}^2`. The seeds share no
    parameter, so one Adam step on the sum of their losses moves each as if it were alone (not
    where gradients are clipped: their length is that of all seeds together). A subclass says what
    the loss is and how to score.

    The optimiser of :meth:`configure_optimizers` applies the penalty: its gradient,
    :math:`2 c \, \theta`, is what Adam's ``weight_decay`` of :math:`2c` adds, without another pass
    over the weights. Where a training has other optimisers, the penalty is part of the loss.

    Parameters
    ----------
    build : callable
        Makes one network; it is called once a seed, see :class:`spectral.Ensemble`.
    first_layer : str or None, default=None
        The name of the layer that is penalised and ranks the inputs, where
        :func:`spectral.first_spectral_layer` needs to be told.
    learning_rate : float, default=1e-2
        Of Adam, which runs with Keras' ``eps`` of 1e-7.
    eigenvalue_penalty : float, default=1e-6
        :math:`c_\lambda`, at least 0.
    eigenvector_penalty : float, default=1e-4
        :math:`c_\psi`, at least 0.
    cooldown : int, default=0
        Over so many of the last epochs the learning rate falls linearly towards zero; with 0, as
        in the paper, it stays as it is.
    seeds : sequence of int, default=(0,)
        One network is trained for each.
    kept : sequence of int or Tensor or None, default=None
        The inputs that take part, in order, where those that are constant in the training data
        are left out: the ``kept`` of an :class:`~spectral.datasets.InMemoryDataModule`. The
        others have relevance 0. None stands for all.

    Shape
    -----
    Batches are ``(inputs, targets)`` of shape ``(S, B, N)`` and ``(S, B, ...)``, or ``(B, N)``
    and ``(B, ...)`` where all seeds see the same. A third tensor, ``(S, B)`` or ``(B,)``, holds
    weights of the samples. Inputs are all N, or those that are kept.

    Logged
    ------
    ``<stage>/loss``, ``<stage>/<score>`` and, for training, ``train/penalty``: means over the
    seeds, at the end of each epoch. Where the Trainer has a logger, each of them also a seed, as
    ``<stage>/loss/seed-3``. Stages are ``train``, ``validation`` and ``test``. Of several loaders
    each has its own, as ``test/loss/dataloader_idx_1``. The values of all seeds are in
    :attr:`seed_metrics`, too.

    Attributes
    ----------
    eigenvalue_penalty, eigenvector_penalty : float
        They may be set anew between two steps, as by a callback. A checkpoint holds those that the
        module was made with.
    seed_metrics : dict of str to Tensor
        What the last epoch of each stage came to in every seed, by the names above: ``(S,)``.

    Raises
    ------
    TypeError, ValueError
        If an option is wrong, or the network has no spectral layer that is surely the first; and
        from ``load_state_dict``, if the state is of a network that keeps other inputs.
    """

    score: str
    """The name of the score."""
    kept: Tensor
    active: Tensor
    """Which of the ``kept`` inputs the first layer takes: all, but for :class:`InputScreening`."""

    def __init__(
        self,
        build: Callable[[], nn.Module],
        *,
        first_layer: str | None = None,
        learning_rate: float = 1e-2,
        eigenvalue_penalty: float = 1e-6,
        eigenvector_penalty: float = 1e-4,
        cooldown: int = 0,
        seeds: Sequence[int] = (0,),
        kept: Sequence[int] | Tensor | None = None,
    ) -> None:
        super().__init__()
        seeds = checked_seeds(seeds)
        self.learning_rate = real_number("learning_rate", learning_rate, above=0)
        self.eigenvalue_penalty = real_number("eigenvalue_penalty", eigenvalue_penalty, least=0)
        self.eigenvector_penalty = real_number("eigenvector_penalty", eigenvector_penalty, least=0)
        self.cooldown = whole_number("cooldown", cooldown, least=0)
        self.ensemble = Ensemble(build, seeds)
        self.first_layer = first_layer
        self.in_features = self.first.in_features
        numbers = None if kept is None else checked_kept(kept, self.in_features)
        self.save_hyperparameters(ignore=["build"])
        self.hparams.update(  # plain numbers, and sequences as lists, fit a checkpoint
            learning_rate=self.learning_rate,
            eigenvalue_penalty=self.eigenvalue_penalty,
            eigenvector_penalty=self.eigenvector_penalty,
            cooldown=self.cooldown,
            seeds=list(seeds),
            kept=None if numbers is None else list(numbers),
        )
        self.register_buffer("kept", torch.tensor(numbers or range(self.in_features)), False)
        self.register_buffer("active", torch.arange(len(self.kept)), persistent=False)
        if numbers is not None:
            narrow(self.first, self.kept)
        self.seed_metrics: dict[str, Tensor] = {}
        self._metrics = EpochMetrics(len(seeds), self.score, self.make_score)
        self._optimiser_penalises = False
        self._placed: tuple[float, float] | None = None

    @abstractmethod
    def fitting_targets(self, targets: Tensor, outputs: Tensor) -> Tensor:
        """The targets as loss and score take them, ``(S, B, ...)``; refused if they do not fit."""

    @abstractmethod
    def losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The loss of every sample, ``(S, B)``, of outputs ``(S, B, ...)``."""

    def counting(self, targets: Tensor, weights: Tensor | None) -> Tensor | None:
        """How much each sample counts in the loss, ``(S, B)``; None where all count alike."""
        return weights

    @abstractmethod
    def make_score(self) -> Metric:
        """A metric with a value a seed; it is updated with outputs, targets and weights."""

    @abstractmethod
    def predicted(self, outputs: Tensor) -> Tensor:
        """What the outputs ``(S, B, ...)`` predict together: ``(B, ...)``."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in the order of every leading dimension."""
        return self.ensemble.seeds

    @property
    def first(self) -> SpectralLinear:
        """The layer that is penalised and ranks the inputs, of all seeds."""
        return first_spectral_layer(self.ensemble.network, self.first_layer)

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs of all seeds, ``(S, B, ...)``."""
        if len(self.active) < self.in_features:
            inputs = taken(inputs, self.kept, self.active, self.in_features)
        return self.ensemble(inputs)

    def relevance(self) -> Tensor:
        """The relevance of each input in each seed: ``(S, N)``."""
        return spread(self.first.relevance(), self.kept[self.active], self.in_features)

    def penalty(self) -> Tensor:
        r""":math:`c_\lambda \sum \lambda^2 + c_\psi \sum \psi^2` of each seed: ``(S,)``."""
        return self.first.penalty(*self._penalties())

    def member(self, seed: int) -> nn.Module:
        """A copy of the ordinary network of one seed; it takes all inputs."""
        network = self.ensemble.member(seed)
        if len(self.active) < self.in_features:
            layer = first_spectral_layer(network, self.first_layer)
            widen(layer, self.kept[self.active], self.in_features)
        return network

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """Adam, whose decay of the first layer is the penalty; the cooldown as a scheduler."""
        parameters = [p for p in self.parameters() if p.requires_grad]
        groups = groups_with_decay(parameters, self.first, *self._penalties())
        clips = self._trainer and self._trainer.gradient_clip_val  # not before a fused optimiser
        optimiser = torch.optim.Adam(groups, lr=self.learning_rate, eps=1e-7, fused=not clips)
        self._optimiser_penalises = True
        if not self.cooldown:
            return optimiser
        return [optimiser], [torch.optim.lr_scheduler.LambdaLR(optimiser, self._share_of_rate)]

    def on_train_start(self) -> None:
        self._place_penalty()

    def on_train_batch_start(self, batch: Batch, batch_index: int) -> None:
        if self._penalties() != self._placed:  # somebody has set them anew
            self._place_penalty()

    def _place_penalty(self) -> None:
        """Leave the penalty to the optimisers if they add its gradient, or else to the loss."""
        optimisers = self.trainer.optimizers
        self._placed = self._penalties()
        self._optimiser_penalises = penalised_by(optimisers, self.first, *self._placed)
        if not self._optimiser_penalises:
            leave_penalty_to_loss(optimisers)

    def on_train_epoch_start(self) -> None:
        self.ensemble.start_epoch(self.current_epoch, self.global_rank)
        self._metrics.start("train", 1, self.device)

    def on_validation_epoch_start(self) -> None:
        self._metrics.start("validation", len(self.trainer.num_val_batches), self.device)

    def on_test_epoch_start(self) -> None:
        self._metrics.start("test", len(self.trainer.num_test_batches), self.device)

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        """The sum of the seeds' losses, with the penalty where no optimiser applies it."""
        loss = self._step("train", batch).sum()
        return loss if self._optimiser_penalises else loss + self.penalty().sum()

    def validation_step(self, batch: Batch, batch_index: int, dataloader_idx: int = 0) -> None:
        """Add loss and score of a batch to what the epoch comes to."""
        self._step("validation", batch, dataloader_idx)

    def test_step(self, batch: Batch, batch_index: int, dataloader_idx: int = 0) -> None:
        """Add loss and score of a batch to what the epoch comes to."""
        self._step("test", batch, dataloader_idx)

    def predict_step(
        self, batch: Tensor | Batch, batch_index: int, dataloader_idx: int = 0
    ) -> Tensor:
        """The mean of what the seeds predict; targets of the batch are not looked at."""
        return self.predicted(self(batch if isinstance(batch, Tensor) else batch[0]))

    def on_train_epoch_end(self) -> None:
        self._log_stage("train", {"penalty": self.penalty().detach()})

    def on_validation_epoch_end(self) -> None:
        self._log_stage("validation", {})

    def on_test_epoch_end(self) -> None:
        self._log_stage("test", {})

    def get_extra_state(self) -> Tensor:
        """The inputs that are kept, for the state dict."""
        return self.kept.cpu()

    def set_extra_state(self, state: Tensor) -> None:
        """Refuse the state of a network that keeps other inputs."""
        check_same_inputs(state.tolist(), self.kept.tolist())

    def _step(self, stage: str, batch: Batch, loader: int = 0) -> Tensor:
        """The mean loss of each seed, ``(S,)``, added to what the epoch comes to."""
        inputs, targets, weights = parts_of(batch)
        outputs = self(inputs)
        targets = self.fitting_targets(targets, outputs)
        losses = self.losses(outputs, targets)
        if weights is not None:
            weights = fitting_weights(weights, losses)
        loss, score = self._metrics.of(stage, loader, outputs.device)
        score.update(outputs.detach(), targets, weights)
        weights = self.counting(targets, weights)
        loss.update(losses.detach(), weights)
        return mean_losses(losses, weights)

    def _penalties(self) -> tuple[float, float]:
        return self.eigenvalue_penalty, self.eigenvector_penalty

    def _log_stage(self, stage: str, extra: dict[str, Tensor]) -> None:
        """Keep and log what the epoch's batches came to."""
        for name, values in (self._metrics.values(stage) | extra).items():
            self.seed_metrics[f"{stage}/{name}"] = values
            mean, on_bar = values.mean(), name != "penalty"
            self.log(f"{stage}/{name}", mean, prog_bar=on_bar, add_dataloader_idx=False)
            if self.trainer.loggers:  # for nobody it would cost more than many a step
                names = (f"{stage}/{name}/seed-{seed}" for seed in self.seeds)
                self.log_dict(dict(zip(names, values, strict=True)), add_dataloader_idx=False)

    def _share_of_rate(self, epoch: int) -> float:
        """What the learning rate of an epoch is of the full one."""
        epochs = self.trainer.max_epochs
        if not epochs or epochs < 0:
            raise ValueError("a cooldown needs to know the end: give the Trainer max_epochs")
        return min(1.0, (epochs - epoch) / (self.cooldown + 1))
