"""Trains the seeds that are missing: dealt to worker processes, stored as they come back."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import logging
import platform
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from joblib import Parallel, cpu_count, delayed
from pytorch_lightning.loggers import CSVLogger, Logger, TensorBoardLogger

from reproduce.checkpoints import Checkpoints
from reproduce.groups import LARGEST_GROUP, Group, deal, split
from reproduce.memory import keep_freed_memory
from reproduce.processes import in_worker, processes_at
from reproduce.progress import Part, ProgressDisplay, ReportProgress
from reproduce.runs import Run, State, TrainedSeed
from spectral import RelevanceHistory, SpectralClassifier

VALIDATIONS = 10
"""How often a run is validated; after every epoch would be wasted work."""

RECORDS = 100
"""How often the relevance is recorded while training, at most."""

CHECKPOINT_SECONDS = 10.0
"""The shortest time between two checkpoints."""


def train_missing(
    runs: Sequence[Run],
    device: str,
    workers: int | None = None,
    *,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    dask: str | None = None,
    logs: Path | None = None,
) -> None:
    """Train and store what the runs lack; seeds that are stored are not trained again.

    On CPU the seeds are dealt to worker processes, by default one a core, and the cores to the
    workers. On a GPU all seeds of a run train as one batch, one run after the other. If another
    process is training one of the runs, this one waits for it.

    Parameters
    ----------
    runs
        What is wanted.
    device
        ``"cpu"`` or ``"cuda"``; with ``dask`` also ``"auto"``, for each worker to decide.
    workers
        The number of processes, on CPU.
    checkpoint_seconds
        The shortest time between two checkpoints.
    dask
        The address of a Dask scheduler whose workers train instead of processes of this machine,
        each with one thread.
    logs
        A folder for Lightning's logs of what is trained.
    """
    with alone_with([run for run in runs if run.missing_seeds()]) as incomplete:
        if not incomplete:
            return
        with (
            tempfile.TemporaryDirectory() as folder,
            processes_at(dask, workers, device) as processes,
        ):
            largest = LARGEST_GROUP if device != "cuda" else max(len(run.seeds) for run in runs)
            # From all runs, not from what they lack: threads, too, decide how sums are rounded.
            processes = min(processes, sum(len(split(r.seeds, processes, largest)) for r in runs))
            threads = 1 if dask else max(1, cpu_count() // processes)
            groups = list(deal(incomplete, processes, largest, Path(folder)))
            run_of = {run.experiment.name: run for run in incomplete}
            parallel = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1)
            with ProgressDisplay([part_of(group) for group in groups]):
                for group, trained in parallel(
                    delayed(train_group)(group, device, threads, checkpoint_seconds, logs)
                    for group in groups
                ):
                    run = run_of[group.experiment.name]
                    missing = run.missing_seeds()
                    for seed in trained:
                        if seed.seed in missing:
                            run.store(seed)
                    group.checkpoint.unlink(missing_ok=True)


@contextmanager
def alone_with(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """While open, no other process trains the runs; yields those that still lack seeds."""
    with ExitStack() as locks:
        for run in sorted(runs, key=lambda run: run.folder):
            locks.enter_context(run.locked())
        yield [run for run in runs if run.missing_seeds()]


def part_of(group: Group) -> Part:
    """What the progress display has to know of a group."""
    return Part(group.experiment.title, group.schedule.epochs, len(group.seeds), group.report)


def train_group(
    group: Group,
    device: str,
    threads: int,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    logs: Path | None = None,
) -> tuple[Group, list[TrainedSeed]]:
    """Train the seeds of one group; what runs in a worker process."""
    prepare_process(threads)
    device = available_device(device)
    classifier = group.experiment.make_classifier(group.schedule, group.seeds)
    data = group.experiment.data()
    checkpoints = Checkpoints(group.checkpoint, checkpoint_seconds)
    history = RelevanceHistory(recorded_epochs(group.schedule.epochs))
    callbacks = [ReportProgress(group.report), history, checkpoints]
    loggers = make_loggers(logs, group) if logs else []
    trainer = make_trainer(group.schedule.epochs, device, callbacks, loggers)
    fit(trainer, classifier, data, checkpoints.usable())
    for evaluate in (trainer.validate, trainer.test):
        evaluate(classifier, data, verbose=False)
    provenance = {
        "trained": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(checkpoints.seconds(), 2),
        "resumed_at_epochs": checkpoints.resumed_at_epochs,
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
        TrainedSeed(
            seed,
            _state(classifier, seed),
            {
                "epochs": np.array(history.epochs),
                "relevance": history.relevance[:, position].contiguous().numpy(),
            },
            _metrics(classifier, position),
            provenance,
        )
        for position, seed in enumerate(group.seeds)
    ]


def recorded_epochs(epochs: int) -> set[int]:
    """Numbers of epochs done at which the relevance is recorded, denser at the start.

    Examples
    --------
    >>> sorted(recorded_epochs(8))
    [0, 1, 2, 3, 4, 5, 6, 7, 8]
    >>> len(recorded_epochs(5000)) <= RECORDS + 1
    True
    """
    return {0, *np.rint(np.geomspace(1, epochs, RECORDS)).astype(int).tolist()}


def make_loggers(folder: Path, group: Group) -> list[Logger]:
    """CSV logs, and TensorBoard's where that is installed, of one group of seeds."""
    first, last = group.seeds[0], group.seeds[-1]
    seeds = f"seed-{first}" if first == last else f"seeds-{first}-to-{last}"
    where: dict[str, Any] = {"save_dir": folder / group.experiment.name, "name": seeds}
    loggers: list[Logger] = [CSVLogger(**where)]
    if find_spec("tensorboard"):
        loggers.append(TensorBoardLogger(**where))
    return loggers


def make_trainer(
    epochs: int, device: str, callbacks: list[pl.Callback], loggers: Sequence[Logger] = ()
) -> pl.Trainer:
    """A Trainer without ornaments: the callbacks say what there is to say."""
    return pl.Trainer(
        accelerator="gpu" if device == "cuda" else "cpu",
        devices=1,
        max_epochs=epochs,
        check_val_every_n_epoch=max(1, epochs // VALIDATIONS),
        num_sanity_val_steps=0,
        callbacks=callbacks,
        logger=list(loggers) or False,
        enable_checkpointing=any(isinstance(each, Checkpoints) for each in callbacks),
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def fit(
    trainer: pl.Trainer,
    classifier: SpectralClassifier,
    data: pl.LightningDataModule,
    checkpoint: Path | None = None,
) -> None:
    """``trainer.fit``, where Ctrl-C stays a ``KeyboardInterrupt``: Lightning exits instead."""
    try:
        trainer.fit(classifier, data, ckpt_path=checkpoint, weights_only=True)
    except SystemExit as leaving:
        if isinstance(leaving.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise


def available_device(device: str) -> str:
    """``cpu`` or ``cuda``; ``auto`` is the GPU where there is one.

    Raises ``ValueError`` if a GPU is asked for where there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise ValueError(f"--device cuda, but torch finds no CUDA device on {platform.node()}")
    return ("cuda" if available else "cpu") if device == "auto" else device


def prepare_process(threads: int) -> None:
    """Set this process up for training with so many threads."""
    if in_worker() and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process to handle
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # silent inputs shrink to denormals, which cost 100 times more
    keep_freed_memory()
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")


def _state(classifier: SpectralClassifier, seed: int) -> State:
    member = classifier.ensemble.member(seed)
    return {name: tensor.cpu().numpy() for name, tensor in member.state_dict().items()}


def _metrics(classifier: SpectralClassifier, position: int) -> dict[str, float]:
    return {name: float(values[position]) for name, values in classifier.seed_metrics.items()}


def _device_name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"{platform.machine()} CPU"
