"""Groups of seeds that are trained already: read from a folder instead of trained again."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from spectral.running.files import digest_of_files, replacing
from spectral.running.tensor_files import pack, unpack
from spectral.samples import Samples
from spectral.seed_training import TrainedSeeds, TrainingSettings, new_ensemble

FOLDER: ContextVar[Path | None] = ContextVar("FOLDER", default=None)
"""Where trainings are stored at present."""

SPECTRAL = Path(__file__).parents[1]

RELEVANCE, EPOCHS, NETWORK = "relevance", "epochs", "network."
"""The names of the arrays in a file; those of the network begin with the last."""


@contextmanager
def trainings_stored_in(folder: Path) -> Iterator[None]:
    """While open, what :func:`spectral.dealt_seeds.train_in_processes` trains is kept in a folder.

    Whoever trains the same seeds on the same samples with the same settings, package and torch
    takes them from there. So a program that was interrupted goes on where it was.

    Parameters
    ----------
    folder : Path
        It is made where it does not exist.
    """
    before = FOLDER.set(folder)
    try:
        yield
    finally:
        FOLDER.reset(before)


class StoredTrainings:
    """What is stored of one training, group of seeds by group of seeds.

    Outside of :func:`trainings_stored_in` nothing is.

    Parameters
    ----------
    samples, classes, settings, device : Samples, int or None, TrainingSettings, str
        As :func:`spectral.seed_training.train_seeds` takes them.
    """

    def __init__(
        self, samples: Samples, classes: int | None, settings: TrainingSettings, device: str
    ) -> None:
        self.folder = FOLDER.get()
        self.inputs = samples.inputs.shape[1]
        self.outputs = samples.targets.shape[1] if classes is None else classes
        self.settings = settings
        if self.folder:
            self.digest = digest_of_training(samples, classes, settings, device)

    def read(self, seeds: Sequence[int]) -> TrainedSeeds | None:
        """A group of seeds; None where it is not stored whole."""
        path = self._path(seeds)
        if path is None or not path.exists():
            return None
        try:
            arrays, about = unpack(path.read_bytes())
            if about.get("sha256") != checksum(arrays):
                raise ValueError("its checksum is another")
            ensemble = new_ensemble(self.inputs, self.outputs, self.settings.hidden, seeds)
            tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
            relevance, epochs = tensors.pop(RELEVANCE), tensors.pop(EPOCHS)
            ensemble.load_state_dict(
                {name.removeprefix(NETWORK): tensor for name, tensor in tensors.items()}
            )
        except (ValueError, KeyError, RuntimeError) as error:
            warnings.warn(f"{path} is damaged ({error}): trained again", stacklevel=2)
            return None
        return TrainedSeeds(ensemble.eval(), relevance, epochs)

    def write(self, seeds: Sequence[int], trained: TrainedSeeds) -> None:
        """Store a group of seeds; where that fails, the training goes on all the same."""
        path = self._path(seeds)
        if path is None:
            return
        arrays = {
            f"{NETWORK}{name}": tensor.numpy()
            for name, tensor in trained.ensemble.state_dict().items()
        }
        arrays |= {RELEVANCE: trained.relevance.numpy(), EPOCHS: trained.epochs.numpy()}
        try:
            with replacing(path) as temporary:
                temporary.write_bytes(pack(arrays, {"sha256": checksum(arrays)}))
        except OSError as error:
            warnings.warn(f"{path} is not stored: {error.strerror}", stacklevel=2)

    def _path(self, seeds: Sequence[int]) -> Path | None:
        if self.folder is None:
            return None
        name = hashlib.sha256(f"{self.digest} {list(seeds)}".encode()).hexdigest()
        return self.folder / f"{name[:24]}.safetensors"


def digest_of_training(
    samples: Samples, classes: int | None, settings: TrainingSettings, device: str
) -> str:
    """The SHA-256 of all that decides a training but its seeds."""
    digest = hashlib.sha256()
    for tensor in samples:
        digest.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.contiguous().numpy().data)
    decides = [classes, asdict(settings), device, version("torch"), code_of_the_method()]
    digest.update(json.dumps(decides, sort_keys=True, default=list).encode())
    return digest.hexdigest()


@cache
def code_of_the_method() -> str:
    """The SHA-256 of the modules that train."""
    return digest_of_files(SPECTRAL, SPECTRAL.glob("*.py"))


def checksum(arrays: dict[str, np.ndarray]) -> str:
    """The SHA-256 of arrays and their names."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()
