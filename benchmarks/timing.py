"""Times training in fresh worker processes, as the package trains: a group of seeds in each."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytorch_lightning as pl
from joblib import cpu_count

from reproduce.experiments import Experiment
from reproduce.training.group_training import make_trainer, prepared_for_training
from spectral import SpectralClassifier
from spectral.datasets import InMemoryDataModule


@dataclass(frozen=True)
class Training:
    """What to train: a module's class and its data, both with their arguments."""

    classifier: Callable[..., SpectralClassifier]
    data: type[InMemoryDataModule]
    classifier_options: dict[str, Any]
    data_options: dict[str, Any]
    epochs: int


@dataclass(frozen=True)
class Timing:
    """Seconds a step took, and the largest memory of the process in bytes."""

    seconds_per_step: float
    memory: int


class StepTimer(pl.Callback):
    """Times all epochs but the first."""

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.current_epoch == 0:
            self.started = time.perf_counter()
            self.first_step = trainer.global_step

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        seconds = time.perf_counter() - self.started
        self.seconds_per_step = seconds / (trainer.global_step - self.first_step)


def training_of(experiment: Experiment, epochs: int) -> Training:
    """What an experiment trains, at the learning rate of the paper."""
    return Training(
        experiment.classifier,
        experiment.data,
        {"learning_rate": experiment.presets["paper"].learning_rate},
        {"leave_out_constant": experiment.leave_out_constant},
        epochs,
    )


def train(training: Training, seeds: Sequence[int], threads: int, device: str = "cpu") -> Timing:
    """Train some seeds in this process and time their steps."""
    with prepared_for_training(threads):
        data = training.data(**training.data_options, seeds=seeds)
        data.setup()
        options = training.classifier_options
        classifier = training.classifier(**options, seeds=seeds, kept=data.kept)
        timer = StepTimer()
        trainer = make_trainer(training.epochs, device, [timer])
        trainer.limit_val_batches = 0
        trainer.fit(classifier, data)
    memory = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Timing(timer.seconds_per_step, memory)


def train_groups(training: Training, groups: Sequence[Sequence[int]]) -> list[Timing]:
    """Train groups of seeds, one a core at a time, in fresh processes."""
    workers = min(cpu_count(), len(groups))
    threads = max(1, cpu_count() // workers)
    with fresh_processes(workers) as pool:
        running = [pool.submit(train, training, group, threads) for group in groups]
        return [timing.result() for timing in running]


def seconds_per_step(timings: Sequence[Timing]) -> float:
    """Wall time of a step of all seeds, of groups that the cores trained in turn."""
    workers = min(cpu_count(), len(timings))
    return sum(timing.seconds_per_step for timing in timings) / workers


def fresh_processes(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
