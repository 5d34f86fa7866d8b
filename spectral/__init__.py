"""Which inputs does a neural network really use? Spectral layers tell by their eigenvalues.

A module is imported when one of its names is first used: torch, Lightning and scikit-learn take
seconds, and a command has to hear Ctrl-C before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spectral.classification import SpectralClassifier
    from spectral.conversion import spectralize
    from spectral.ensemble import Ensemble
    from spectral.estimators.feature_selector import SpectralFeatureSelector
    from spectral.estimators.predictors import SpectralNetworkClassifier, SpectralNetworkRegressor
    from spectral.evaluation import accuracy_by_inputs_kept
    from spectral.first_layer import first_spectral_layer, penalty, relevance
    from spectral.history import RelevanceHistory
    from spectral.layer import SpectralLinear
    from spectral.lightning_penalty import SpectralPenalty
    from spectral.network import SpectralMLP
    from spectral.ranked_inputs import mask, normalised, ranking
    from spectral.regression import SpectralRegressor
    from spectral.screening.input_screening import InputScreening
    from spectral.training import SpectralModule

MODULES = {
    "Ensemble": "spectral.ensemble",
    "InputScreening": "spectral.screening.input_screening",
    "RelevanceHistory": "spectral.history",
    "SpectralClassifier": "spectral.classification",
    "SpectralFeatureSelector": "spectral.estimators.feature_selector",
    "SpectralLinear": "spectral.layer",
    "SpectralMLP": "spectral.network",
    "SpectralModule": "spectral.training",
    "SpectralNetworkClassifier": "spectral.estimators.predictors",
    "SpectralNetworkRegressor": "spectral.estimators.predictors",
    "SpectralPenalty": "spectral.lightning_penalty",
    "SpectralRegressor": "spectral.regression",
    "accuracy_by_inputs_kept": "spectral.evaluation",
    "first_spectral_layer": "spectral.first_layer",
    "mask": "spectral.ranked_inputs",
    "normalised": "spectral.ranked_inputs",
    "penalty": "spectral.first_layer",
    "ranking": "spectral.ranked_inputs",
    "relevance": "spectral.first_layer",
    "spectralize": "spectral.conversion",
}

__all__ = [
    "Ensemble",
    "InputScreening",
    "RelevanceHistory",
    "SpectralClassifier",
    "SpectralFeatureSelector",
    "SpectralLinear",
    "SpectralMLP",
    "SpectralModule",
    "SpectralNetworkClassifier",
    "SpectralNetworkRegressor",
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
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *MODULES})
