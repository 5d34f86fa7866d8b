"""Every number that the paper's three data sets are drawn and their networks trained with.

One table for both floors: the classes of the data sets take their defaults from it, and
``reproduce/experiments.py`` its paper's schedules. What the classes for any data have as a default,
too, stands with them. [P] is the paper, arXiv:2406.01183, and [A] are the authors' notebooks.
"""

from __future__ import annotations

from dataclasses import dataclass

from spectral.batches import PAPER_BATCH_SIZE, PAPER_VALIDATION_SHARE, ServingOptions
from spectral.network import PAPER_HIDDEN, Activation

TEST_SHARE = 0.2  # [A, P]

SERVING: ServingOptions = {
    "batch_size": PAPER_BATCH_SIZE,  # [A]
    "validation_share": PAPER_VALIDATION_SHARE,  # [A, P]
}
"""How batches are made of all three."""


@dataclass(frozen=True)
class IndependentData:
    """What :class:`spectral.datasets.IndependentGaussians` draws."""

    features: int = 20  # [A]
    relevant: int = 11  # [A]
    samples: int = 60_000  # [A]
    standard_deviation: float = 0.5  # [A]
    first_mean: float = -0.5  # [A]
    largest_distance: float = 1.4  # [A]
    data_seed: int = 1


@dataclass(frozen=True)
class CorrelatedData:
    """What :class:`spectral.datasets.CorrelatedGaussians` draws."""

    p: tuple[float, ...] = (0.7, 0.8, 0.4, 0.6)  # [A]
    noise: int = 2  # [P]
    samples: int = 100_000  # [A]


@dataclass(frozen=True, kw_only=True)
class PaperTraining:
    """How the network of one data set is made and trained."""

    hidden: tuple[int, ...] = PAPER_HIDDEN  # [P]
    activation: Activation
    dropout: float
    eigenvalue_penalty: float
    eigenvector_penalty: float
    learning_rate: float
    epochs: int


INDEPENDENT_DATA = IndependentData()

CORRELATED_DATA = CorrelatedData()

INDEPENDENT_TRAINING = PaperTraining(
    activation="tanh",  # [A]
    dropout=0.2,  # [A]
    eigenvalue_penalty=1e-6,  # [A]
    eigenvector_penalty=1e-2,  # [A]
    learning_rate=0.01,  # [P]
    epochs=1000,  # [P]
)

CORRELATED_TRAINING = PaperTraining(
    activation="tanh",  # [A]
    dropout=0.2,  # [A]
    eigenvalue_penalty=1e-6,  # [A]
    eigenvector_penalty=1e-4,  # [A]
    learning_rate=0.01,  # [P]
    epochs=500,  # [P]
)

MNIST_TRAINING = PaperTraining(
    activation="relu",  # [A]
    dropout=0.0,  # [A]
    eigenvalue_penalty=1e-2,  # [A]
    eigenvector_penalty=1e-4,  # [A]
    learning_rate=0.0001,  # [P]
    epochs=5000,  # [P]
)
