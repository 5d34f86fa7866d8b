"""Saves training now and then, so that an interrupted run goes on where it was."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import time
import warnings
from pathlib import Path
from typing import Any

import pytorch_lightning as pl

from spectral.running.files import replacing

LARGEST_SHARE = 0.02
"""Of the time that saving may take."""


class Checkpoints(pl.callbacks.Checkpoint):
    """Writes one file at the end of an epoch, at most every so many seconds.

    The next one waits until it takes no more than 2 % of the time. The last epoch writes none:
    what it would hold is stored as the result.

    Parameters
    ----------
    path : Path
        The file, replaced each time. Where its folder does not exist, as on a machine that does
        not share the disk, nothing is written.
    seconds : float
        The shortest time between two checkpoints.
    """

    def __init__(self, path: Path, seconds: float) -> None:
        self.path = path
        self.pause = seconds
        self.due = time.monotonic() + seconds
        self.started = time.monotonic()
        self.seconds_before = 0.0
        self.resumed_at_epochs: list[int] = []

    def seconds(self) -> float:
        """How long the training took so far, interruptions left out."""
        return self.seconds_before + time.monotonic() - self.started

    def state_dict(self) -> dict[str, Any]:
        return {"seconds": self.seconds(), "resumed_at_epochs": self.resumed_at_epochs}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.seconds_before = state_dict["seconds"]
        self.started = time.monotonic()
        self.resumed_at_epochs = [*state_dict["resumed_at_epochs"]]

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.current_epoch:
            self.resumed_at_epochs.append(trainer.current_epoch)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        last = trainer.current_epoch + 1 == trainer.max_epochs
        started = time.monotonic()
        if last or started < self.due or not self.path.parent.is_dir():
            return
        try:
            with replacing(self.path) as temporary:
                trainer.save_checkpoint(temporary)
        except OSError as error:  # a full disk must not cost the training
            warnings.warn(f"no checkpoint in {self.path.parent}: {error.strerror}", stacklevel=1)
        ended = time.monotonic()
        self.due = ended + max(self.pause, (ended - started) / LARGEST_SHARE)
