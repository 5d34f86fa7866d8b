"""Results that are there already: arrays read from a folder instead of computed again."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from spectral.running.files import digest_of_files, replacing
from spectral.running.tensor_files import pack, unpack
from spectral.samples import Samples

FOLDER: ContextVar[Path | None] = ContextVar("FOLDER", default=None)
"""Where results are stored at present."""

SPECTRAL = Path(__file__).parents[1]


@contextmanager
def results_stored_in(folder: Path) -> Iterator[None]:
    """While open, what is trained for a ranking is kept in a folder.

    Whoever trains the same seeds on the same samples with the same settings, package and torch
    takes the results from there. So a program that was interrupted goes on where it was.

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


class StoredArrays:
    """Arrays by name, of one piece of work; outside of :func:`results_stored_in` there are none.

    Parameters
    ----------
    samples : Samples
        What is trained on.
    *decides : object
        All else that decides the results but their names, as JSON has it.
    """

    def __init__(self, samples: Samples, *decides: Any) -> None:
        self.folder = FOLDER.get()
        if self.folder:
            self.digest = digest_of_work(samples, *decides)

    def read(self, name: object) -> dict[str, np.ndarray] | None:
        """The arrays of that name; None where they are not stored whole."""
        path = self.path(name)
        if path is None or not path.exists():
            return None
        try:
            arrays, about = unpack(path.read_bytes())
            if about.get("sha256") != checksum(arrays):
                raise ValueError("its checksum is another")
        except (ValueError, KeyError) as error:
            warnings.warn(f"{path} is damaged ({error}): trained again", stacklevel=2)
            return None
        return arrays

    def write(self, name: object, arrays: dict[str, np.ndarray]) -> None:
        """Store arrays; where that fails, the work goes on all the same."""
        path = self.path(name)
        if path is None:
            return
        try:
            with replacing(path) as temporary:
                temporary.write_bytes(pack(arrays, {"sha256": checksum(arrays)}))
        except OSError as error:
            warnings.warn(f"{path} is not stored: {error.strerror}", stacklevel=2)

    def path(self, name: object) -> Path | None:
        """Where the arrays of that name lie."""
        if self.folder is None:
            return None
        digest = hashlib.sha256(f"{self.digest} {name}".encode()).hexdigest()
        return self.folder / f"{digest[:24]}.safetensors"


def digest_of_work(samples: Samples, *decides: Any) -> str:
    """The SHA-256 of all that decides results."""
    digest = hashlib.sha256()
    for tensor in samples:
        digest.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.contiguous().numpy().data)
    everything = [*decides, version("torch"), code_of_the_method()]
    digest.update(json.dumps(everything, sort_keys=True, default=list).encode())
    return digest.hexdigest()


@cache
def code_of_the_method() -> str:
    """The SHA-256 of the modules that train."""
    return digest_of_files(SPECTRAL, [*SPECTRAL.glob("*.py"), *SPECTRAL.glob("selection/*.py")])


def checksum(arrays: dict[str, np.ndarray]) -> str:
    """The SHA-256 of arrays and their names."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()
