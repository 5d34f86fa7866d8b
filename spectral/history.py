"""How the relevance of the inputs changes while a network trains."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

from collections.abc import Collection
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor

from spectral.arguments import whole_numbers
from spectral.first_layer import relevance


class RelevanceHistory(pl.Callback):
    """Records the relevance of every input: before training, and at the end of epochs.

    Works with any module whose first spectral layer :func:`spectral.relevance` finds.
    Checkpoints hold the history, so that a resumed training goes on with it; one that starts
    anew starts a new history.

    Parameters
    ----------
    at : collection of int or None, default=None
        The numbers of epochs done at which to record, 0 for the start; by default all.
    name : str or None, default=None
        The layer to read, where :func:`spectral.relevance` needs to be told.

    Attributes
    ----------
    epochs : list of int
        The epochs done at each record.

    Examples
    --------
    >>> from spectral.datasets import CorrelatedGaussians, CorrelatedGaussiansClassifier
    >>> history = RelevanceHistory()
    >>> trainer = pl.Trainer(max_epochs=2, callbacks=[history], logger=False, barebones=True)
    >>> trainer.fit(CorrelatedGaussiansClassifier(), CorrelatedGaussians(samples=2000))
    >>> history.epochs, history.relevance.shape
    ([0, 1, 2], torch.Size([3, 1, 10]))
    """

    def __init__(self, at: Collection[int] | None = None, name: str | None = None) -> None:
        self.at = None if at is None else frozenset(whole_numbers("at", at))
        self.name = name
        self.epochs: list[int] = []
        self._relevance: list[Tensor] = []

    @property
    def relevance(self) -> Tensor:
        """The relevance at each record: ``(records, ..., N)``; empty without any record."""
        return torch.stack(self._relevance) if self._relevance else torch.empty(0)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.current_epoch == 0:
            self.epochs, self._relevance = [], []
        self._record(trainer.current_epoch, pl_module)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._record(trainer.current_epoch + 1, pl_module)

    def _record(self, epoch: int, module: pl.LightningModule) -> None:
        if (self.at is None or epoch in self.at) and epoch not in self.epochs:
            self.epochs.append(epoch)
            self._relevance.append(relevance(module, self.name).cpu())

    def state_dict(self) -> dict[str, Any]:
        """The records so far, for a checkpoint."""
        return {"epochs": [*self.epochs], "relevance": [*self._relevance]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from the records of a checkpoint."""
        self.epochs = list(state_dict["epochs"])
        self._relevance = list(state_dict["relevance"])
