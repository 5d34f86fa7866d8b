"""Which inputs does a neural network really use? Spectral layers tell by their eigenvalues.

What needs Lightning or scikit-learn, which take seconds to import, is imported when its name is
first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spectral.ensemble import Ensemble
from spectral.evaluation import accuracy_by_inputs_kept
from spectral.first_layer import first_spectral_layer, penalty, relevance
from spectral.layer import SpectralLinear
from spectral.network import SpectralMLP
from spectral.ranked_inputs import mask, normalised, ranking

if TYPE_CHECKING:
    from spectral.classification import SpectralClassifier
    from spectral.estimators import SpectralNetworkClassifier, SpectralNetworkRegressor
    from spectral.feature_selector import SpectralFeatureSelector
    from spectral.history import RelevanceHistory
    from spectral.regression import SpectralRegressor
    from spectral.training import SpectralModule

LATE = {
    "RelevanceHistory": "spectral.history",
    "SpectralClassifier": "spectral.classification",
    "SpectralFeatureSelector": "spectral.feature_selector",
    "SpectralModule": "spectral.training",
    "SpectralNetworkClassifier": "spectral.estimators",
    "SpectralNetworkRegressor": "spectral.estimators",
    "SpectralRegressor": "spectral.regression",
}

__all__ = [
    "Ensemble",
    "RelevanceHistory",
    "SpectralClassifier",
    "SpectralFeatureSelector",
    "SpectralLinear",
    "SpectralMLP",
    "SpectralModule",
    "SpectralNetworkClassifier",
    "SpectralNetworkRegressor",
    "SpectralRegressor",
    "accuracy_by_inputs_kept",
    "first_spectral_layer",
    "mask",
    "normalised",
    "penalty",
    "ranking",
    "relevance",
]


def __getattr__(name: str) -> Any:
    if name not in LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(LATE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *LATE})
