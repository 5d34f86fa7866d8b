"""Runs on disk: one folder a configuration, two files a seed.

``runs/<experiment>-<digest of the configuration>/`` holds ``config.json`` and the two files of
each seed that has been trained (see ``seed_files.py``); while seeds are being trained also their
checkpoints and reports of progress. Folders made on several machines can be copied into one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock, Timeout

from reproduce.experiments import Experiment, Schedule
from reproduce.training.configuration import configuration_of, digest_of
from reproduce.training.seed_files import (
    DamagedSeedError,
    StoredSeed,
    TrainedSeed,
    paths_of_seed,
    read_seed,
    set_aside,
    write_seed,
)
from spectral import SpectralClassifier
from spectral.running.files import write_json


@dataclass(frozen=True, eq=False)
class Run:
    """An experiment trained with the schedule of one preset, stored under ``root``.

    Each file is read and hashed once, when it is first needed.
    """

    experiment: Experiment
    preset: str
    seeds: tuple[int, ...]
    root: Path
    _found: dict[int, StoredSeed | DamagedSeedError] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def schedule(self) -> Schedule:
        return self.experiment.presets[self.preset]

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """All that decides the result: hyperparameters, the code's and the data's digest."""
        return configuration_of(self.experiment, self.schedule, self.data)

    @cached_property
    def digest(self) -> str:
        """Of the configuration: what its files carry to say that they are of this run."""
        return digest_of(self.configuration)

    @cached_property
    def folder(self) -> Path:
        return self.root / f"{self.experiment.name}-{self.digest[:12]}"

    @cached_property
    def data(self) -> Any:
        """The DataModule of the experiment, ready to use."""
        return self.experiment.make_data(self.seeds)

    @cached_property
    def classifier(self) -> SpectralClassifier:
        """The trained module with all seeds, in evaluation mode."""
        classifier = self.experiment.make_classifier(self.schedule, self.seeds)
        states = [self._stored(seed).state for seed in self.seeds]
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
        histories = [self._stored(seed).history for seed in self.seeds]
        return histories[0]["epochs"], np.stack([history["relevance"] for history in histories])

    def missing_seeds(self) -> list[int]:
        """The seeds still to be trained: not stored, or damaged. Changes nothing on the disk.

        Raises ``OSError`` if a file cannot be read.
        """
        return [seed for seed in self.seeds if not isinstance(self._look(seed), StoredSeed)]

    def records(self) -> list[dict[str, Any]]:
        """The stored JSON of each seed: metrics, provenance and checksum."""
        return [self._stored(seed).record.model_dump() for seed in self.seeds]

    def company(self, seed: int) -> tuple[int, ...]:
        """The seeds that a stored seed was trained with, itself among them."""
        return tuple(self._stored(seed).record.provenance.trained_with_seeds)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While open, no other process trains this run; waits for one that does, and says so.

        What is damaged is set aside, and what a killed process left half done is removed. The
        system releases the lock when its process ends, however it ends.
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
            for unfinished in self.folder.glob(".*.*"):
                unfinished.unlink(missing_ok=True)
            self._set_damaged_aside()
            yield
        finally:
            lock.release()

    def store(self, trained: TrainedSeed) -> None:
        """Write the two files of a seed."""
        if not (self.folder / "config.json").exists():
            write_json(self.folder / "config.json", self.configuration)
        self._found[trained.seed] = write_seed(self.folder, trained, self.digest)

    def _look(self, seed: int) -> StoredSeed | DamagedSeedError | None:
        """What there is of a seed."""
        if seed not in self._found:
            try:
                stored = read_seed(self.folder, seed, self.digest)
            except DamagedSeedError as damage:
                self._found[seed] = damage
            else:
                if stored is None:
                    return None
                self._found[seed] = stored
        return self._found[seed]

    def _stored(self, seed: int) -> StoredSeed:
        found = self._look(seed)
        if isinstance(found, StoredSeed):
            return found
        raise FileNotFoundError(f"seed {seed} of {self.folder} is {found or 'not trained yet'}")

    def _set_damaged_aside(self) -> None:
        """Rename the files of damaged seeds, and say so; another process may have done it."""
        for seed in self.missing_seeds():
            self._found.pop(seed, None)
            damage = self._look(seed)
            if not isinstance(damage, DamagedSeedError):
                continue
            aside = [set_aside(file) for file in paths_of_seed(self.folder, seed) if file.exists()]
            del self._found[seed]
            warnings.warn(
                f"seed {seed} of {self.folder} is damaged ({damage}): set aside as "
                f"{' and '.join(file.name for file in aside)}, and trained again",
                stacklevel=2,
            )
