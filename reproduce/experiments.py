"""The numbers of every experiment, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spectral import SpectralClassifier
from spectral.datasets import (
    CorrelatedGaussians,
    CorrelatedGaussiansClassifier,
    IndependentGaussians,
    IndependentGaussiansClassifier,
    InMemoryDataModule,
    MNISTClassifier,
    MNISTDigits,
)

SEEDS = 10
"""The paper's "10 independent realizations"."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train; all else is the default of the experiment's classes."""

    epochs: int
    learning_rate: float
    cooldown: int = 0
    """Epochs at the end over which the learning rate falls to zero."""


@dataclass(frozen=True, eq=False)
class Experiment:
    """One data set of the paper with its network."""

    name: str
    title: str
    data: type[InMemoryDataModule]
    classifier: type[SpectralClassifier]
    presets: dict[str, Schedule]

    def make_classifier(self, schedule: Schedule, seeds: Sequence[int]) -> SpectralClassifier:
        """The untrained module; the subclasses share these three arguments."""
        return self.classifier(  # type: ignore[call-arg]
            learning_rate=schedule.learning_rate, cooldown=schedule.cooldown, seeds=seeds
        )


PRESETS = ("quick", "paper")
"""``quick`` keeps every claim in a few minutes; ``paper`` is Appendix B of the paper."""

INDEPENDENT_GAUSSIANS = Experiment(
    name="independent-gaussians",
    title="Independent Gaussians",
    data=IndependentGaussians,
    classifier=IndependentGaussiansClassifier,
    presets={
        "quick": Schedule(epochs=30, learning_rate=0.01, cooldown=6),
        "paper": Schedule(epochs=1000, learning_rate=0.01),
    },
)

CORRELATED_GAUSSIANS = Experiment(
    name="correlated-gaussians",
    title="Correlated Gaussians",
    data=CorrelatedGaussians,
    classifier=CorrelatedGaussiansClassifier,
    presets={
        "quick": Schedule(epochs=14, learning_rate=0.01, cooldown=4),
        "paper": Schedule(epochs=500, learning_rate=0.01),
    },
)

MNIST_ZEROS_ONES = Experiment(
    name="mnist-zeros-ones",
    title="MNIST zeros and ones",
    data=MNISTDigits,
    classifier=MNISTClassifier,
    presets={
        "quick": Schedule(epochs=280, learning_rate=0.001, cooldown=20),
        "paper": Schedule(epochs=5000, learning_rate=0.0001),
    },
)

EXPERIMENTS = (INDEPENDENT_GAUSSIANS, CORRELATED_GAUSSIANS, MNIST_ZEROS_ONES)
