"""What ranks columns: ``(X, y, task, seed) → scores``, one for each column, larger for better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import click
import numpy as np

from benchmarks.selection.methods.attributions import integrated_gradients, layerwise_relevance
from benchmarks.selection.methods.filters import f_test, mutual_information
from benchmarks.selection.methods.forests import boruta, permuted_forest, random_forest
from benchmarks.selection.methods.linear_models import lasso
from benchmarks.selection.methods.shapley_values import shap_of_forest
from benchmarks.selection.methods.sparse_networks import lassonet
from benchmarks.selection.methods.spectral_rankings import by_elimination, by_single_training
from spectral.tables.targets import Task

EXTRA = "pip install 'spectral-relevance[compare]'"
Ranking = Callable[[np.ndarray, np.ndarray, Task, int], np.ndarray]


@dataclass(frozen=True)
class Method:
    """A way to rank columns.

    Attributes
    ----------
    scores : callable
        ``(X, y, task, seed) → scores``.
    package : str or None
        The module that it needs beside what this package needs.
    """

    scores: Ranking
    package: str | None = None


METHODS: Mapping[str, Method] = {
    "spectral": Method(by_elimination),
    "spectral, one training": Method(by_single_training),
    "mutual information": Method(mutual_information),
    "F-test": Method(f_test),
    "L1": Method(lasso),
    "random forest": Method(random_forest),
    "permutation": Method(permuted_forest),
    "Boruta": Method(boruta, "boruta"),
    "SHAP": Method(shap_of_forest, "shap"),
    "integrated gradients": Method(integrated_gradients, "captum"),
    "LRP": Method(layerwise_relevance, "captum"),
    "LassoNet": Method(lassonet, "lassonet"),
}
"""By name, each with the defaults that its library documents."""


def at_hand(methods: Mapping[str, Method], wanted: Sequence[str] = ()) -> list[str]:
    """The names of methods whose packages are installed; what is left out is said in a sentence.

    Parameters
    ----------
    methods : mapping of str to Method
        All there are.
    wanted : sequence of str
        Which of them; by default all.
    """
    chosen = []
    for name in wanted or methods:
        package = methods[name].package
        if package is None or find_spec(package):
            chosen.append(name)
        else:
            click.echo(f"{name} is left out: {package} is not installed ({EXTRA})", err=True)
    return chosen
