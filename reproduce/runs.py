"""Runs on disk: one folder a configuration, two files a seed.

``runs/<experiment>-<digest of the configuration>/`` holds ``config.json`` and, for each seed
that has been trained, ``seed-00.safetensors`` (all weights and buffers of its network, and how
its relevance came about) and
``seed-00.json`` (metrics, provenance, and the checksum of the weights); while seeds are being
trained also their checkpoint, ``training-<digest of the seeds>.ckpt``. Folders made on several
machines can be copied into one.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock, Timeout
from safetensors.numpy import load, save

from reproduce.experiments import Experiment, Schedule
from reproduce.files import replacing, write_json
from spectral import SpectralClassifier

State = dict[str, np.ndarray]
"""The parameters and buffers of one network by name."""

History = dict[str, np.ndarray]
"""``epochs`` (E) and, after so many of them, the ``relevance`` (E, N)."""

HISTORY = "history."
"""Starts the names of a History in the file that holds a State, too."""


@dataclass(frozen=True)
class TrainedSeed:
    """What training one seed leaves behind."""

    seed: int
    state: State
    history: History
    metrics: dict[str, float]
    provenance: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Run:
    """An experiment trained with the schedule of one preset, stored under ``root``."""

    experiment: Experiment
    preset: str
    seeds: tuple[int, ...]
    root: Path

    @property
    def schedule(self) -> Schedule:
        return self.experiment.presets[self.preset]

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """Every hyperparameter that decides the result, apart from the seed.

        The code and the version of torch are not part of it: after changing them, delete the
        folder to train anew.
        """
        classifier = dict(self.experiment.make_classifier(self.schedule, seeds=[0]).hparams)
        data = dict(self.experiment.data().hparams)
        del classifier["seeds"]
        return {
            "experiment": self.experiment.name,
            "version": version("spectral-relevance"),
            "schedule": asdict(self.schedule),
            "classifier": classifier,
            "data": data,
        }

    @cached_property
    def folder(self) -> Path:
        text = json.dumps(self.configuration, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        return self.root / f"{self.experiment.name}-{digest}"

    @cached_property
    def data(self) -> Any:
        """The DataModule of the experiment, ready to use."""
        data = self.experiment.data()
        data.setup()
        return data

    @cached_property
    def classifier(self) -> SpectralClassifier:
        """The trained module with all seeds, in evaluation mode."""
        classifier = self.experiment.make_classifier(self.schedule, self.seeds)
        states = [state for state, _ in self._stored]
        classifier.ensemble.network.load_state_dict(
            {
                name: torch.from_numpy(np.stack([state[name] for state in states]))
                for name in states[0]
            }
        )
        return classifier.eval()

    @cached_property
    def history(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of epochs ``(E,)``, and the relevance after each ``(S, E, N)``."""
        histories = [history for _, history in self._stored]
        return histories[0]["epochs"], np.stack([history["relevance"] for history in histories])

    def missing_seeds(self) -> list[int]:
        """The seeds still to be trained. Damaged files are named in a warning and set aside."""
        return [seed for seed in self.seeds if not self._is_stored(seed)]

    def company(self, seed: int) -> tuple[int, ...]:
        """The seeds that a stored seed was trained with, itself among them."""
        return tuple(self.record(seed).get("provenance", {}).get("trained_with_seeds", ()))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While open, no other process trains this run; waits for one that does, and says so.

        The system releases the lock when its process ends, however it ends.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            warnings.warn(
                f"another process is training {self.experiment.title} in {self.folder}: waiting "
                "for it to end",
                stacklevel=2,
            )
            lock.acquire()
        try:
            for unfinished in self.folder.glob(".*.*"):  # of a process killed while it wrote
                unfinished.unlink(missing_ok=True)
            yield
        finally:
            lock.release()

    def store(self, trained: TrainedSeed) -> None:
        """Write the two files of a seed; the JSON comes last and vouches for the weights."""
        if not (self.folder / "config.json").exists():
            write_json(self.folder / "config.json", self.configuration)
        weights, record = self._files(trained.seed)
        history = {f"{HISTORY}{name}": values for name, values in trained.history.items()}
        content = save(trained.state | history)
        with replacing(weights) as temporary:
            temporary.write_bytes(content)
        write_json(
            record,
            {
                "seed": trained.seed,
                "metrics": trained.metrics,
                "provenance": trained.provenance,
                "sha256": hashlib.sha256(content).hexdigest(),
            },
        )

    def records(self) -> list[dict[str, Any]]:
        """The stored JSON of each seed: metrics, provenance and checksum."""
        return [self.record(seed) for seed in self.seeds]

    def record(self, seed: int) -> dict[str, Any]:
        """The stored JSON of one seed."""
        return json.loads(self._files(seed)[1].read_text())

    @cached_property
    def _stored(self) -> list[tuple[State, History]]:
        """What the file of each seed holds."""
        files = [load(self._files(seed)[0].read_bytes()) for seed in self.seeds]
        return [
            (
                {name: file[name] for name in file if not name.startswith(HISTORY)},
                {
                    name.removeprefix(HISTORY): file[name]
                    for name in file
                    if name.startswith(HISTORY)
                },
            )
            for file in files
        ]

    def _files(self, seed: int) -> tuple[Path, Path]:
        stem = f"seed-{seed:02d}"
        return self.folder / f"{stem}.safetensors", self.folder / f"{stem}.json"

    def _is_stored(self, seed: int) -> bool:
        weights, record = self._files(seed)
        if not record.exists():
            return False
        try:
            expected = self.record(seed)["sha256"]
            content = weights.read_bytes()  # whole only with its history
            if hashlib.sha256(content).hexdigest() == expected and HISTORY.encode() in content:
                return True
        except (OSError, ValueError, KeyError, TypeError):
            pass
        aside = [
            file.rename(file.with_name(f"{file.name}.damaged"))
            for file in (weights, record)
            if file.exists()
        ]
        warnings.warn(
            f"seed {seed} of {self.folder} is damaged: set aside as "
            f"{' and '.join(file.name for file in aside)}, and trained again",
            stacklevel=2,
        )
        return False
