"""Lightning's checkpoints as one safetensors file each, sealed by a checksum over all of it."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import hashlib
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pytorch_lightning.plugins import CheckpointIO
from torch import Tensor

from reproduce.training.seed_files import set_aside
from spectral.running.tensor_files import pack, unpack

UNSEALED = "0" * 64
"""Stands where the checksum will, while it is computed."""


class DamagedCheckpointError(Exception):
    """A checkpoint is broken, or of another training; the message says which."""


class CheckpointFiles(CheckpointIO):
    """What a Trainer writes and reads checkpoints with.

    Parameters
    ----------
    training : dict of str
        What the checkpoints are of, such as the seeds, as JSON: one of anything else is not read.
    """

    def __init__(self, training: dict[str, Any]) -> None:
        self.training = training
        self._ready: dict[Path, dict[str, Any]] = {}

    def usable(self, path: Path) -> bool:
        """Whether training can go on from a file; one that does not fit is set aside."""
        try:
            self._ready[path] = self._read(path)
        except FileNotFoundError:
            return False
        except DamagedCheckpointError as damage:
            aside = set_aside(path)
            warnings.warn(
                f"the checkpoint {path} is not usable ({damage}): set aside as {aside.name}, and "
                "training starts anew",
                stacklevel=2,
            )
            return False
        return True

    def save_checkpoint(
        self,
        checkpoint: dict[str, Any],
        path: str | os.PathLike[str],
        storage_options: Any | None = None,
    ) -> None:
        arrays: dict[str, np.ndarray] = {}
        structure = _take_out_tensors(checkpoint, arrays)
        about = {"sha256": UNSEALED, "training": self.training, "structure": structure}
        content = pack(arrays, about)
        checksum = hashlib.sha256(content).hexdigest()
        Path(path).write_bytes(content.replace(UNSEALED.encode(), checksum.encode(), 1))

    def load_checkpoint(
        self,
        path: str | os.PathLike[str],
        map_location: Any | None = None,
        weights_only: bool | None = None,
    ) -> dict[str, Any]:
        return self._ready.pop(Path(path), None) or self._read(Path(path))

    def remove_checkpoint(self, path: str | os.PathLike[str]) -> None:
        Path(path).unlink(missing_ok=True)

    def _read(self, path: Path) -> dict[str, Any]:
        """The checkpoint of a file; raises if a bit of it changed, or it is of other training."""
        content = path.read_bytes()
        try:
            arrays, about = unpack(content)
        except ValueError as error:
            raise DamagedCheckpointError(str(error)) from None
        checksum = str(about.get("sha256"))
        unsealed = content.replace(checksum.encode(), UNSEALED.encode(), 1)
        if hashlib.sha256(unsealed).hexdigest() != checksum:
            raise DamagedCheckpointError("its checksum is not that of its content")
        for name, wanted in self.training.items():
            if (found := about["training"].get(name)) != wanted:
                raise DamagedCheckpointError(f"it is of {name} {found}, not {wanted}")
        return _put_in_tensors(about["structure"], arrays)


def _take_out_tensors(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The value as JSON; its tensors go into ``arrays``, under the numbers left in their place.

    JSON knows neither tuples nor keys that are no strings, so they are written with their kind.
    """
    if isinstance(value, Tensor):
        name = str(len(arrays))
        arrays[name] = value.detach().cpu().contiguous().numpy()
        return {"tensor": name}
    if isinstance(value, dict):
        return {"dict": [[key, _take_out_tensors(each, arrays)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [_take_out_tensors(each, arrays) for each in value]}
    return value


def _put_in_tensors(structure: Any, arrays: dict[str, np.ndarray]) -> Any:
    """What :func:`_take_out_tensors` was given."""
    if not isinstance(structure, dict):
        return structure
    ((kind, content),) = structure.items()
    if kind == "tensor":
        return torch.from_numpy(arrays[content].copy())
    if kind == "dict":
        return {key: _put_in_tensors(each, arrays) for key, each in content}
    values = [_put_in_tensors(each, arrays) for each in content]
    return tuple(values) if kind == "tuple" else values
