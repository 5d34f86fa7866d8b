"""Silent inputs leave the training of a SpectralModule, and come back when they could matter."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from spectral.arguments import real_number, whole_number
from spectral.batches import InMemoryDataModule
from spectral.first_layer import met_first
from spectral.screening.layer_screening import Screening, SilentGradient
from spectral.training import SpectralModule
from spectral.training_batch import fitting_weights, mean_losses, parts_of


class InputScreening(pl.Callback):
    """Leaves silent inputs out of the training of a SpectralModule, see :class:`Screening`.

    Every so many epochs, a copy of the network looks at all inputs beside the training; from one
    look to the next those that are silent rest: they are neither multiplied nor served by an
    :class:`~spectral.datasets.InMemoryDataModule`. Meanwhile the module tells a relevance of 0 for
    them. Whenever its state is asked for, as for a checkpoint, and after the training, it is
    whole. The gradient that is looked at is that of :meth:`SpectralModule.losses`, the penalties
    are those at the start of the training.

    It pays where most of very many inputs are silent; the paper's experiments train without. An
    input falls silent when it has shrunk for long enough: hundreds of steps or more.

    Parameters
    ----------
    every : int, default=10
        Epochs from one look to the next, at least 1.
    silent_below : float, default=1e-6
        An input is silent if its relevance is not above this share of its seed's largest.

    Attributes
    ----------
    active : Tensor or None
        The positions, among the module's ``kept`` inputs, of those that take part; None before the
        first training.

    Raises
    ------
    TypeError, ValueError
        If an option is wrong. When training starts, if the module is no :class:`SpectralModule`,
        has no penalty, its spectral layer lies behind another, or several processes train it.

    Examples
    --------
    >>> from spectral.datasets import IndependentGaussians, IndependentGaussiansClassifier
    >>> screening = InputScreening(every=1, silent_below=0.5)
    >>> trainer = pl.Trainer(max_epochs=3, callbacks=[screening], logger=False, barebones=True)
    >>> trainer.fit(IndependentGaussiansClassifier(), IndependentGaussians(samples=2000))
    >>> len(screening.active) <= 20
    True
    """

    def __init__(self, every: int = 10, silent_below: float = 1e-6) -> None:
        self.every = whole_number("every", every, least=1)
        self.silent_below = real_number("silent_below", silent_below, least=0, below=1)
        self.active: Any = None
        self._screening: Screening
        self._look: SilentGradient | None = None
        self._handle: RemovableHandle | None = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        module = _checked_module(trainer, pl_module)
        self._screening = Screening(
            module.ensemble,
            trainer.optimizers,
            module.eigenvalue_penalty,
            module.eigenvector_penalty,
            self.silent_below,
            module.first_layer and f"network.{module.first_layer}",
        )
        if trainer.current_epoch == 0 or self.active is None:
            self.active = module.active
        self.active = self.active.to(module.device)
        self._handle = module.register_state_dict_pre_hook(lambda *_: self._restore(module))

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: Any) -> None:
        self._take(pl_module)
        looks = trainer.current_epoch > 0 and trainer.current_epoch % self.every == 0
        self._look = self._screening.look() if looks else None
        whole = self._look is not None or len(self.active) == len(pl_module.kept)
        _serve(trainer, pl_module, None if whole else self.active)

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: Any, batch: Any, batch_idx: int
    ) -> None:
        self._take(pl_module)
        if self._look is not None:
            self._look.add(lambda network: _loss(pl_module, network, batch))

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Any) -> None:
        if self._look is not None:
            self._screening.decide(self._look)
            self.active = pl_module.active = self._screening.inputs.active
            self._look = None

    def on_train_end(self, trainer: pl.Trainer, pl_module: Any) -> None:
        self._end(trainer, pl_module)

    def on_exception(self, trainer: pl.Trainer, pl_module: Any, exception: BaseException) -> None:
        self._end(trainer, pl_module)

    def state_dict(self) -> dict[str, Any]:
        return {"active": self.active}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.active = state_dict["active"]

    def _take(self, module: SpectralModule) -> None:
        """Leave out again what was taken back for a checkpoint, or before an interruption."""
        if len(self.active) < len(self._screening.inputs.active):
            self._screening.inputs.take(self.active)
            module.active = self.active

    def _restore(self, module: SpectralModule) -> None:
        self._screening.inputs.restore()
        module.active = self._screening.inputs.active

    def _end(self, trainer: pl.Trainer, module: SpectralModule) -> None:
        if self._handle is None:
            return
        self._restore(module)
        _serve(trainer, module, None)
        self._handle.remove()
        self._handle = self._look = None


def _checked_module(trainer: pl.Trainer, module: pl.LightningModule) -> SpectralModule:
    if not isinstance(module, SpectralModule):
        raise TypeError(
            f"{type(module).__name__} is no SpectralModule, and inputs leave the training of no "
            "other: take spectral.screening.layer_screening.Screening into your own loop"
        )
    if trainer.world_size > 1:
        raise ValueError(
            f"{trainer.world_size} processes train the module, but inputs can leave the training "
            "of one alone"
        )
    network = module.ensemble.network
    if module.first_layer is None and met_first(network, pass_frozen=False) is not module.first:
        raise ValueError(
            f"the inputs of {type(network).__name__} meet another layer before the spectral one, "
            "which would go on with all of them"
        )
    return module


def _serve(trainer: pl.Trainer, module: SpectralModule, active: Tensor | None) -> None:
    """Let batches hold some of the inputs alone, where they come from a table in memory."""
    data = getattr(trainer, "datamodule", None)
    if isinstance(data, InMemoryDataModule) and torch.equal(data.kept, module.kept.cpu()):
        data.serve(active)


def _loss(module: SpectralModule, network: nn.Module, batch: Any) -> Tensor:
    """The loss of a batch as the module has it, of another network that takes all inputs."""
    inputs, targets, weights = parts_of(batch)
    kept = inputs if inputs.shape[-1] == len(module.kept) else inputs[..., module.kept]
    outputs = network(kept)
    targets = module.fitting_targets(targets, outputs)
    losses = module.losses(outputs, targets)
    if weights is not None:
        weights = fitting_weights(weights, losses)
    return mean_losses(losses, module.counting(targets, weights)).sum()
