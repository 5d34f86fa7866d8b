"""The paper's three data sets: a DataModule and a LightningModule each."""

from spectral.batches import InMemoryDataModule
from spectral.datasets.correlated_gaussians import (
    CorrelatedGaussians,
    CorrelatedGaussiansClassifier,
)
from spectral.datasets.independent_gaussians import (
    IndependentGaussians,
    IndependentGaussiansClassifier,
)
from spectral.datasets.mnist import MNISTClassifier, MNISTDigits
from spectral.samples import Samples

__all__ = [
    "CorrelatedGaussians",
    "CorrelatedGaussiansClassifier",
    "InMemoryDataModule",
    "IndependentGaussians",
    "IndependentGaussiansClassifier",
    "MNISTClassifier",
    "MNISTDigits",
    "Samples",
]
