"""Which inputs does a neural network really use? Spectral layers tell by their eigenvalues."""

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (first of all imports)

from spectral.ensemble import Ensemble
from spectral.history import RelevanceHistory
from spectral.layer import SpectralLinear
from spectral.module import SpectralClassifier
from spectral.network import SpectralMLP
from spectral.relevance import (
    accuracy_by_inputs_kept,
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
    "input_relevance",
    "mask",
    "normalised",
    "ranking",
]
