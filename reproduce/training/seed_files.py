"""The two files of a trained seed: written whole, read once, believed only if they agree.

``seed-07.safetensors`` holds all weights and buffers of its network and how its relevance came
about, and says of which seed and configuration they are. ``seed-07.json`` holds metrics,
provenance and the checksum of the other; it comes last and vouches for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from reproduce.schema import StoredSeedRecord, complaint
from spectral.running.files import replacing, write_json
from spectral.running.tensor_files import pack, unpack

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


@dataclass(frozen=True)
class StoredSeed:
    """What the files of one seed hold."""

    record: StoredSeedRecord
    state: State
    history: History


class DamagedSeedError(Exception):
    """The files of a seed do not belong together; the message says why."""


def paths_of_seed(folder: Path, seed: int) -> tuple[Path, Path]:
    """The paths of weights and record."""
    stem = f"seed-{seed:02d}"
    return folder / f"{stem}.safetensors", folder / f"{stem}.json"


def write_seed(folder: Path, trained: TrainedSeed, configuration: str) -> StoredSeed:
    """Write the two files of a seed, the record last."""
    weights, record_path = paths_of_seed(folder, trained.seed)
    arrays = trained.state | {f"{HISTORY}{name}": each for name, each in trained.history.items()}
    content = pack(arrays, {"seed": trained.seed, "configuration": configuration})
    record = StoredSeedRecord.model_validate(
        {
            "seed": trained.seed,
            "configuration": configuration,
            "metrics": trained.metrics,
            "provenance": trained.provenance,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    )
    with replacing(weights) as temporary:
        temporary.write_bytes(content)
    write_json(record_path, record.model_dump())
    return StoredSeed(record, trained.state, trained.history)


def read_seed(folder: Path, seed: int, configuration: str) -> StoredSeed | None:
    """What is stored of a seed; None where nothing is. Changes nothing on the disk.

    Raises
    ------
    DamagedSeedError
        If the files are broken, or not of this seed and this configuration.
    OSError
        If they cannot be read, which says nothing of what they hold.
    """
    weights, record_path = paths_of_seed(folder, seed)
    try:
        record = StoredSeedRecord.model_validate_json(record_path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        reason = complaint(error.errors(include_url=False)[0])
        raise DamagedSeedError(f"{record_path.name}{reason}") from None
    _require_same(record_path, (record.seed, record.configuration), (seed, configuration))
    try:
        content = weights.read_bytes()
    except FileNotFoundError:
        raise DamagedSeedError(f"{weights.name} is missing") from None
    if hashlib.sha256(content).hexdigest() != record.sha256:
        raise DamagedSeedError(f"the checksum of {weights.name} is not that of its record")
    try:
        arrays, about = unpack(content)
    except ValueError as error:
        raise DamagedSeedError(f"{weights.name}: {error}") from None
    found = (about.get("seed"), about.get("configuration"))
    _require_same(weights, found, (seed, configuration))
    history = {name for name in arrays if name.startswith(HISTORY)}
    return StoredSeed(
        record,
        {name: arrays[name] for name in arrays if name not in history},
        {name.removeprefix(HISTORY): arrays[name] for name in history},
    )


def set_aside(file: Path) -> Path:
    """Give a file that is not to be used another name."""
    return file.rename(file.with_name(f"{file.name}.damaged"))


def _require_same(file: Path, found: tuple[Any, Any], wanted: tuple[int, str]) -> None:
    """Raise unless a file is of the seed and of the configuration that are wanted."""
    if found[0] != wanted[0]:
        raise DamagedSeedError(f"{file.name} is of seed {found[0]}")
    if found[1] != wanted[1]:
        raise DamagedSeedError(f"{file.name} is of another configuration")
