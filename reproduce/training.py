"""Trains the seeds that are missing: dealt to worker processes, stored as they come back."""

from __future__ import annotations

import logging
import multiprocessing
import platform
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytorch_lightning as pl
import torch
from joblib import Parallel, cpu_count, delayed

from reproduce.experiments import Experiment, Schedule
from reproduce.memory import keep_freed_memory
from reproduce.progress import Part, ProgressDisplay, ReportProgress
from reproduce.runs import Run, State, TrainedSeed
from spectral import SpectralClassifier

VALIDATIONS = 10
"""How often a run is validated; after every epoch would be wasted work."""


@dataclass(frozen=True)
class Group:
    """Seeds of one experiment that train side by side in one process."""

    experiment: Experiment
    schedule: Schedule
    seeds: tuple[int, ...]
    report: Path


def train_missing(runs: Sequence[Run], device: str, workers: int | None = None) -> None:
    """Train and store what the runs lack; seeds that are stored are not trained again.

    On CPU the seeds are dealt to worker processes, by default one a core, and the cores to the
    workers. On a GPU all seeds of a run train as one batch, one run after the other.

    Parameters
    ----------
    runs
        What is wanted.
    device
        ``"cpu"`` or ``"cuda"``.
    workers
        The number of processes, on CPU.
    """
    processes = 1 if device == "cuda" else workers or cpu_count()
    with tempfile.TemporaryDirectory() as folder:
        groups = list(deal(runs, processes, Path(folder)))
        if not groups:
            return
        processes = min(processes, len(groups))
        threads = max(1, cpu_count() // processes)
        parallel = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1)
        parts = [
            Part(group.experiment.title, group.schedule.epochs, len(group.seeds), group.report)
            for group in groups
        ]
        run_of = {run.experiment.name: run for run in runs}
        with ProgressDisplay(parts):
            for group, trained in parallel(
                delayed(train_group)(group, device, threads) for group in groups
            ):
                for seed in trained:
                    run_of[group.experiment.name].store(seed)


def deal(runs: Sequence[Run], processes: int, folder: Path) -> Iterator[Group]:
    """The missing seeds of each run, in as many groups as there are processes."""
    for run in runs:
        missing = run.missing_seeds()
        for seeds in np.array_split(missing, min(processes, max(1, len(missing)))):
            if len(seeds):
                report = folder / f"{run.experiment.name}-{seeds[0]}.json"
                numbers = tuple(int(seed) for seed in seeds)
                yield Group(run.experiment, run.schedule, numbers, report)


def train_group(group: Group, device: str, threads: int) -> tuple[Group, list[TrainedSeed]]:
    """Train the seeds of one group; what runs in a worker process."""
    _prepare_process(threads)
    classifier = group.experiment.make_classifier(group.schedule, group.seeds)
    data = group.experiment.data()
    trainer = make_trainer(group.schedule.epochs, device, [ReportProgress(group.report)])
    started = time.monotonic()
    fit(trainer, classifier, data)
    metrics = dict(trainer.callback_metrics)
    trainer.test(classifier, data, verbose=False)
    metrics |= trainer.callback_metrics
    provenance = {
        "trained": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 2),
        "trained_with_seeds": list(group.seeds),
        "device": _device_name(device),
        "threads": threads,
        "data_sha256": data.checksum(),
        "versions": {
            name: version(name)
            for name in ("spectral-relevance", "torch", "pytorch-lightning", "numpy")
        }
        | {"python": platform.python_version()},
    }
    return group, [
        TrainedSeed(seed, _state(classifier, seed), _metrics_of(seed, metrics), provenance)
        for seed in group.seeds
    ]


def make_trainer(epochs: int, device: str, callbacks: list[pl.Callback]) -> pl.Trainer:
    """A Trainer without ornaments: the callbacks say what there is to say."""
    return pl.Trainer(
        accelerator="gpu" if device == "cuda" else "cpu",
        devices=1,
        max_epochs=epochs,
        check_val_every_n_epoch=max(1, epochs // VALIDATIONS),
        num_sanity_val_steps=0,
        callbacks=callbacks,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def fit(trainer: pl.Trainer, classifier: SpectralClassifier, data: pl.LightningDataModule) -> None:
    """``trainer.fit``, where Ctrl-C stays a ``KeyboardInterrupt``: Lightning exits instead."""
    try:
        trainer.fit(classifier, data)
    except SystemExit as leaving:
        if isinstance(leaving.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise


def _prepare_process(threads: int) -> None:
    if multiprocessing.current_process().name != "MainProcess":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process to handle
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # silent inputs shrink to denormals, which cost 100 times more
    keep_freed_memory()
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")


def _state(classifier: SpectralClassifier, seed: int) -> State:
    member = classifier.ensemble.member(seed)
    return {name: tensor.cpu().numpy() for name, tensor in member.state_dict().items()}


def _metrics_of(seed: int, metrics: dict[str, torch.Tensor]) -> dict[str, float]:
    suffix = f"/seed-{seed}"
    return {
        name.removesuffix(suffix): float(value)
        for name, value in metrics.items()
        if name.endswith(suffix)
    }


def _device_name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"{platform.machine()} CPU"
