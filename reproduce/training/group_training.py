"""Trains one group of seeds side by side: what runs in a worker process."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import logging
import platform
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from pytorch_lightning.loggers import CSVLogger, Logger, TensorBoardLogger
from pytorch_lightning.plugins import CheckpointIO

from reproduce.training.checkpoint_files import CheckpointFiles
from reproduce.training.checkpoints import Checkpoints
from reproduce.training.configuration import configuration_of, digest_of
from reproduce.training.groups import Group
from reproduce.training.progress_reports import ReportProgress
from reproduce.training.seed_files import State, TrainedSeed
from spectral import RelevanceHistory, SpectralClassifier
from spectral.running.arithmetic import torch_with
from spectral.running.freed_memory import keep_freed_memory

CHECKPOINT_SECONDS = 10.0
"""The shortest time between two checkpoints."""


def train_group(
    group: Group,
    device: str,
    threads: int,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    logs: Path | None = None,
) -> tuple[Group, list[TrainedSeed]]:
    """Train the seeds of one group; what runs in a worker process."""
    with prepared_for_training(threads):
        return group, _train(group, available_device(device), threads, checkpoint_seconds, logs)


def _train(
    group: Group, device: str, threads: int, checkpoint_seconds: float, logs: Path | None
) -> list[TrainedSeed]:
    data = group.experiment.make_data(group.seeds)
    configuration = configuration_of(group.experiment, group.schedule, data)
    if digest_of(configuration) != group.configuration:
        raise OSError(
            f"a worker on {platform.node()} has other code or data than the command that started "
            "it: with the same version installed there, start the command again"
        )
    versions = {
        name: version(name) for name in ("spectral-relevance", "torch", "pytorch-lightning")
    }
    files = CheckpointFiles(
        {"configuration": group.configuration, "seeds": list(group.seeds)} | versions
    )
    checkpoints = Checkpoints(group.checkpoint, checkpoint_seconds)
    history = RelevanceHistory(group.schedule.recorded_epochs)
    callbacks = [ReportProgress(group.report), history, checkpoints]
    loggers = make_loggers(logs, group) if logs else []
    trainer = make_trainer(
        group.schedule.epochs, device, callbacks, loggers, files, group.schedule.validate_every
    )
    classifier = group.experiment.make_classifier(group.schedule, group.seeds, data.kept)
    fit(trainer, classifier, data, group.checkpoint if files.usable(group.checkpoint) else None)
    for evaluate in (trainer.validate, trainer.test):
        evaluate(classifier, data, verbose=False)
    provenance = {
        "trained": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(checkpoints.seconds(), 2),
        "resumed_at_epochs": checkpoints.resumed_at_epochs,
        "trained_with_seeds": list(group.seeds),
        "device": _device_name(device),
        "threads": threads,
        "code_sha256": configuration["code_sha256"],
        "data_sha256": configuration["data_sha256"],
        "versions": versions | {"numpy": version("numpy"), "python": platform.python_version()},
    }
    return [
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
    epochs: int,
    device: str,
    callbacks: list[pl.Callback],
    loggers: Sequence[Logger] = (),
    checkpoint_files: CheckpointIO | None = None,
    validate_every: int = 1,
) -> pl.Trainer:
    """A Trainer without ornaments: the callbacks say what there is to say."""
    return pl.Trainer(
        accelerator="gpu" if device == "cuda" else "cpu",
        devices=1,
        max_epochs=epochs,
        check_val_every_n_epoch=validate_every,
        num_sanity_val_steps=0,
        callbacks=callbacks,
        logger=list(loggers) or False,
        plugins=checkpoint_files,
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
        trainer.fit(classifier, data, ckpt_path=checkpoint)
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


@contextmanager
def prepared_for_training(threads: int) -> Iterator[None]:
    """While open, this process is set up for training with so many threads."""
    lightning = logging.getLogger("pytorch_lightning")
    level = lightning.level
    keep_freed_memory()
    lightning.setLevel(logging.ERROR)
    try:
        with torch_with(threads), warnings.catch_warnings(), torch.random.fork_rng():
            warnings.filterwarnings("ignore", module="pytorch_lightning")
            yield
    finally:
        lightning.setLevel(level)


def _state(classifier: SpectralClassifier, seed: int) -> State:
    member = classifier.member(seed)
    return {name: tensor.cpu().numpy() for name, tensor in member.state_dict().items()}


def _metrics(classifier: SpectralClassifier, position: int) -> dict[str, float]:
    return {name: float(values[position]) for name, values in classifier.seed_metrics.items()}


def _device_name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"{platform.machine()} CPU"
