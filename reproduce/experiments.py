"""The numbers of every experiment, in one table.

What the paper's networks are made and trained with stands in ``spectral/datasets/paper.py``, the
defaults of the classes that are named here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

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
from spectral.datasets.mnist import SIDE
from spectral.datasets.paper import CORRELATED_TRAINING, INDEPENDENT_TRAINING, MNIST_TRAINING

SEEDS = 10
"""The paper's "10 independent realizations"."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train; all else is the default of the experiment's classes."""

    epochs: int
    learning_rate: float
    cooldown: int = 0
    """Epochs at the end over which the learning rate falls to zero."""

    validations: int = 10
    """How often the training is validated; after every epoch would be wasted work."""

    records: int = 100
    """How often the relevance is recorded while training, at most."""

    @property
    def validate_every(self) -> int:
        """Epochs from one validation to the next."""
        return max(1, self.epochs // self.validations)

    @property
    def recorded_epochs(self) -> set[int]:
        """Numbers of epochs done at which the relevance is recorded, denser at the start.

        Examples
        --------
        >>> sorted(Schedule(epochs=8, learning_rate=0.01).recorded_epochs)
        [0, 1, 2, 3, 4, 5, 6, 7, 8]
        >>> len(Schedule(epochs=5000, learning_rate=0.01).recorded_epochs) <= 101
        True
        """
        return {0, *np.rint(np.geomspace(1, self.epochs, self.records)).astype(int).tolist()}


@dataclass(frozen=True, eq=False)
class Experiment:
    """One data set of the paper with its network."""

    name: str
    title: str
    data: type[InMemoryDataModule]
    classifier: Callable[..., SpectralClassifier]
    presets: dict[str, Schedule]
    leave_out_constant: bool = False
    """Whether inputs that are constant in the training data take no part."""

    def make_data(self, seeds: Sequence[int]) -> Any:
        """The DataModule, ready to serve the seeds."""
        data = self.data(seeds=seeds, leave_out_constant=self.leave_out_constant)
        data.setup()
        return data

    def make_classifier(
        self, schedule: Schedule, seeds: Sequence[int], kept: Sequence[int] | Tensor | None = None
    ) -> SpectralClassifier:
        """The untrained module, for all inputs or for those of the data that are kept."""
        return self.classifier(
            learning_rate=schedule.learning_rate,
            cooldown=schedule.cooldown,
            seeds=seeds,
            kept=kept,
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
        "paper": Schedule(INDEPENDENT_TRAINING.epochs, INDEPENDENT_TRAINING.learning_rate),
    },
)

CORRELATED_GAUSSIANS = Experiment(
    name="correlated-gaussians",
    title="Correlated Gaussians",
    data=CorrelatedGaussians,
    classifier=CorrelatedGaussiansClassifier,
    presets={
        "quick": Schedule(epochs=14, learning_rate=0.01, cooldown=4),
        "paper": Schedule(CORRELATED_TRAINING.epochs, CORRELATED_TRAINING.learning_rate),
    },
)

MNIST_ZEROS_ONES = Experiment(
    name="mnist-zeros-ones",
    title="MNIST zeros and ones",
    data=MNISTDigits,
    classifier=MNISTClassifier,
    presets={
        "quick": Schedule(epochs=120, learning_rate=0.004, cooldown=30),
        "paper": Schedule(MNIST_TRAINING.epochs, MNIST_TRAINING.learning_rate),
    },
    leave_out_constant=True,  # pixels that are dark in every zero and one
)

EXPERIMENTS = (INDEPENDENT_GAUSSIANS, CORRELATED_GAUSSIANS, MNIST_ZEROS_ONES)

KEPT = 20
"""Pixels that the paper looks at."""

PIXELS = (*range(1, 21), *range(22, 31, 2), 35, 40, 50, 60, 80, *range(100, SIDE * SIDE, 100))
"""Numbers of pixels at which figure 3 measures the accuracy; all of them come last."""

EXAMPLES = (0, 1, 0, 1)
"""The digits that figure 4 shows, as the paper does: the first of the test images."""

BINS = 50
"""Of the histograms in figures 5, 6 and 7."""

PAIR = (4, 5)
"""The inputs that figure 6 shows, counted from 0 as in eq. 2."""

POINTS = 400
"""Samples of each class that figure 6 shows."""
