"""What a worker tells of its training while it goes on: a small file, replaced now and then."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import contextlib
import time
from pathlib import Path

import pytorch_lightning as pl

from reproduce.schema import Progress
from spectral.running.files import write_json

REPORT_INTERVAL = 0.5
"""Seconds between two reports."""


class ReportProgress(pl.Callback):
    """Writes a :class:`Progress` to a file now and then.

    A file serves any worker that shares the disk; where its folder does not exist, nothing is
    written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started = self.last_report = time.monotonic()
        self.resumed_at = 0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.started = time.monotonic()
        self.resumed_at = trainer.current_epoch
        self._report(trainer)

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if time.monotonic() - self.last_report > REPORT_INTERVAL:
            self._report(trainer)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._report(trainer)

    def _report(self, trainer: pl.Trainer) -> None:
        self.last_report = time.monotonic()
        accuracy = trainer.callback_metrics.get("train/accuracy")
        report = Progress(
            epochs=trainer.current_epoch,
            resumed_at=self.resumed_at,
            seconds=self.last_report - self.started,
            accuracy=None if accuracy is None else float(accuracy),
        )
        if self.path.parent.is_dir():
            with contextlib.suppress(OSError):  # a report that fails must not cost the training
                write_json(self.path, report.model_dump())
