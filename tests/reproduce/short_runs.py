"""Runs of two epochs on few samples, for tests of how runs are trained and stored."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from reproduce.experiments import INDEPENDENT_GAUSSIANS, Schedule
from reproduce.training.groups import Group
from reproduce.training.runs import Run
from reproduce.training.seed_files import TrainedSeed
from spectral.datasets import IndependentGaussians


class FewSamples(IndependentGaussians):
    """A data set that is drawn and trained in no time."""

    def __init__(self, *, samples: int = 2000, **options: object) -> None:
        super().__init__(samples=samples, **options)  # type: ignore[arg-type]


SHORT = replace(
    INDEPENDENT_GAUSSIANS,
    data=FewSamples,
    presets={"quick": Schedule(epochs=2, learning_rate=0.01)},
)


def run_of(root: Path, seeds: tuple[int, ...]) -> Run:
    return Run(SHORT, "quick", seeds, root)


def trained(run: Run, seed: int) -> TrainedSeed:
    """A seed as training returns it, without the training."""
    member = run.experiment.make_classifier(run.schedule, [seed]).ensemble.member(seed)
    state = {name: tensor.numpy() for name, tensor in member.state_dict().items()}
    history = {"epochs": np.array([0]), "relevance": np.zeros((1, 10), np.float32)}
    return TrainedSeed(seed, state, history, {"test/accuracy": 0.5}, provenance(seed))


def provenance(*company: int) -> dict[str, Any]:
    """Of seeds that trained in this company."""
    return {
        "trained": "today",
        "seconds": 1.0,
        "trained_with_seeds": list(company),
        "device": "none",
        "code_sha256": "0" * 64,
        "data_sha256": "0" * 64,
        "versions": {},
    }


def group_of(run: Run) -> Group:
    return Group(run.experiment, run.schedule, run.seeds, run.digest, run.folder)


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}
