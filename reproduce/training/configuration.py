"""What decides the result of a run, apart from its seeds; and the digest that stands for it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reproduce.experiments import Experiment, Schedule
from spectral.datasets import InMemoryDataModule
from spectral.running.files import digest_of_files

ROOT = Path(__file__).parents[2]
"""Where the packages lie."""

DECIDES = (
    "spectral/*.py",
    "spectral/datasets/*.py",
    "spectral/running/arithmetic.py",
    "reproduce/training/groups.py",
    "reproduce/training/group_training.py",
)
"""The method; which seeds train side by side; how a group of them trains."""

DECIDES_NOTHING = (
    "spectral/__init__.py",
    "spectral/conversion.py",
    "spectral/evaluation.py",
    "spectral/lightning_penalty.py",
    "spectral/ranked_inputs.py",
    "spectral/regression.py",
    "spectral/datasets/build_mnist_zeros_ones.py",
)
"""Names alone; what no training of the paper runs; what made the embedded file, whose content
counts itself."""


def configuration_of(
    experiment: Experiment, schedule: Schedule, data: InMemoryDataModule
) -> dict[str, Any]:
    """Every hyperparameter, and the digests of the code and of the data (loaded already).

    The version of torch is not part of it: it is in the provenance of each seed.
    """
    classifier = dict(experiment.make_classifier(schedule, seeds=[0]).hparams)
    del classifier["seeds"], classifier["kept"]
    return {
        "experiment": experiment.name,
        "version": version("spectral-relevance"),
        "code_sha256": code_digest(),
        "data_sha256": data.checksum(),
        "schedule": asdict(schedule),
        "classifier": classifier,
        "data": {name: value for name, value in data.hparams.items() if name != "seeds"},
    }


def digest_of(configuration: dict[str, Any]) -> str:
    """The SHA-256 of a configuration, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(configuration, sort_keys=True).encode()).hexdigest()


@cache
def code_digest() -> str:
    """The SHA-256 of the code that decides the result."""
    return digest_of_files(ROOT, deciding_files())


def deciding_files() -> set[Path]:
    """The code that decides the result."""
    left_out = {ROOT / name for name in DECIDES_NOTHING}
    return {file for pattern in DECIDES for file in ROOT.glob(pattern)} - left_out
