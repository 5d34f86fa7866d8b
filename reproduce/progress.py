"""Shows how far the training is: a live display in a terminal, plain lines elsewhere."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import contextlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytorch_lightning as pl
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from reproduce.files import write_json

REPORT_INTERVAL = 0.5  # seconds between two reports of a worker
LINE_INTERVAL = 10.0  # seconds between two plain lines


class ReportProgress(pl.Callback):
    """Writes the epochs done and the training accuracy to a file, now and then.

    A file serves any worker that shares the disk, and a killed worker leaves nothing to clean.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_report = 0.0

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        trained = "train/accuracy" in trainer.callback_metrics  # not so at the very start
        if trained and time.monotonic() - self.last_report > REPORT_INTERVAL:
            self._report(trainer)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._report(trainer)

    def _report(self, trainer: pl.Trainer) -> None:
        self.last_report = time.monotonic()
        accuracy = float(trainer.callback_metrics["train/accuracy"])
        with contextlib.suppress(OSError):  # a report that fails must not cost the training
            write_json(self.path, {"epochs": trainer.current_epoch, "accuracy": accuracy})


@dataclass(frozen=True)
class Part:
    """Seeds of one data set that train together, and the file that tells how far they are."""

    title: str
    epochs: int
    seeds: int
    report: Path


class ProgressDisplay:
    """While open, shows for each data set the epochs done, the accuracy and the time left."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts: dict[str, list[Part]] = {}
        for part in parts:
            self.parts.setdefault(part.title, []).append(part)
        self.console = Console(stderr=True)
        self.first_sight: dict[str, tuple[float, int]] = {}
        self.last_line = time.monotonic()
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[status]}"),
            TimeRemainingColumn(),
            console=self.console,
        )
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            for title, parts in self.parts.items():
                total = sum(part.seeds * part.epochs for part in parts)
                self.tasks[title] = self.bars.add_task(
                    title, start=False, total=total, status="waiting"
                )
            self.bars.start()
        else:
            for title, parts in self.parts.items():
                seeds = sum(part.seeds for part in parts)
                self.console.print(
                    f"{title}: {seeds} seeds to train, {parts[0].epochs} epochs each"
                )
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.closed.set()
        self.thread.join()
        self._show(final=True)
        self.bars.stop()

    def _watch(self) -> None:
        while not self.closed.wait(REPORT_INTERVAL):
            self._show()

    def _show(self, final: bool = False) -> None:
        now = time.monotonic()
        line_due = not self.console.is_terminal and (final or now - self.last_line > LINE_INTERVAL)
        for title, parts in self.parts.items():
            reports = [_read(part.report) for part in parts]
            if not any(reports):
                continue
            done = sum(
                part.seeds * report.get("epochs", 0)
                for part, report in zip(parts, reports, strict=True)
            )
            seen_at, seen_done = self.first_sight.setdefault(title, (now, done))
            total = sum(part.seeds * part.epochs for part in parts)
            trained = [report for report in reports if report]
            accuracy = sum(report["accuracy"] for report in trained) / len(trained)
            epoch = done * parts[0].epochs // total
            status = f"epoch {epoch}/{parts[0].epochs}, accuracy {accuracy:.2%}"
            if self.console.is_terminal:
                task = self.tasks[title]
                self.bars.start_task(task)
                self.bars.update(task, completed=done, status=status)
            elif line_due and final:
                self.console.print(f"{title}: {status}")
            elif line_due and seen_done < done < total:
                left = (now - seen_at) * (total - done) / (done - seen_done)
                self.console.print(f"{title}: {status}, {timedelta(seconds=round(left))} left")
        if line_due:
            self.last_line = now


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}
