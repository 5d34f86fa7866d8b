"""Which inputs does a neural network really use? Spectral layers tell by their eigenvalues."""

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (first of all imports)

from spectral.accuracy import accuracy_by_inputs_kept
from spectral.ensemble import Ensemble
from spectral.first_layer import first_spectral_layer
from spectral.history import RelevanceHistory
from spectral.layer import SpectralLinear
from spectral.module import SpectralClassifier
from spectral.network import SpectralMLP
from spectral.relevance import (
    input_relevance,
    mask,
    normalised,
    ranking,
)

__all__ = [
    "Ensemble",
    "RelevanceHistory",
    "SpectralClassifier",
    "SpectralLinear",
    "SpectralMLP",
    "accuracy_by_inputs_kept",
    "first_spectral_layer",
    "input_relevance",
    "mask",
    "normalised",
    "ranking",
]
