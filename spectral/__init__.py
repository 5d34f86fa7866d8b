"""Which inputs does a neural network really use? Spectral layers tell by their eigenvalues.

What needs Lightning, which takes seconds to import, is imported when its name is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spectral.conversion import spectralize
from spectral.ensemble import Ensemble
from spectral.evaluation import accuracy_by_inputs_kept
from spectral.first_layer import first_spectral_layer, penalty, relevance
from spectral.layer import SpectralLinear
from spectral.network import SpectralMLP
from spectral.ranked_inputs import mask, normalised, ranking

if TYPE_CHECKING:
    from spectral.classification import SpectralClassifier
    from spectral.history import RelevanceHistory
    from spectral.input_screening import InputScreening
    from spectral.lightning_penalty import SpectralPenalty
    from spectral.regression import SpectralRegressor
    from spectral.training import SpectralModule

WITH_LIGHTNING = {
    "InputScreening": "spectral.input_screening",
    "RelevanceHistory": "spectral.history",
    "SpectralClassifier": "spectral.classification",
    "SpectralModule": "spectral.training",
    "SpectralPenalty": "spectral.lightning_penalty",
    "SpectralRegressor": "spectral.regression",
}

__all__ = [
    "Ensemble",
    "InputScreening",
    "RelevanceHistory",
    "SpectralClassifier",
    "SpectralLinear",
    "SpectralMLP",
    "SpectralModule",
    "SpectralPenalty",
    "SpectralRegressor",
    "accuracy_by_inputs_kept",
    "first_spectral_layer",
    "mask",
    "normalised",
    "penalty",
    "ranking",
    "relevance",
    "spectralize",
]


def __getattr__(name: str) -> Any:
    if name not in WITH_LIGHTNING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(WITH_LIGHTNING[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *WITH_LIGHTNING})
