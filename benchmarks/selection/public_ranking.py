"""The public benchmark's rules: what is run on it, with which settings, and what is measured."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

import numpy as np
from sklearn.model_selection import KFold

from benchmarks.selection.compared_methods import METHODS, Method
from benchmarks.selection.kept_results import Result
from benchmarks.selection.methods.forests import random_forest
from benchmarks.selection.methods.sparse_networks import lassonet
from benchmarks.selection.public_sets import RELEVANT, ROWS, public_set
from spectral.tables.selected_columns import ranks

FOLDS = 6

ON_PUBLIC_SETS: Mapping[str, Method] = {
    "spectral": METHODS["spectral"],
    "spectral, one training": METHODS["spectral, one training"],
    "random forest": Method(partial(random_forest, n_estimators=500)),
    "mutual information": METHODS["mutual information"],
    "LassoNet": Method(
        partial(
            lassonet,
            hidden_dims=(32, 32),
            n_iters=(30, 30),
            batch_size=64,
            dropout=0,
            patience=10,
            lambda_start=3.2768,
            tol=0.9999,
        ),
        "lassonet",
    ),
}
"""This package's defaults, and the others with the settings that the publication used."""

MOST: Mapping[str, tuple[int, int]] = {"LassoNet": (128, 2)}
"""Inputs and folds at most, of what takes minutes a fit."""


def ranked(method: Method, name: str, inputs: int, fold: int) -> Result:
    """How well a method does on the rows that one fold leaves."""
    known = public_set(name, inputs)
    training, _ = list(KFold(FOLDS).split(np.arange(ROWS)))[fold]
    known = known.rows(training)
    started = time.perf_counter()
    ranking = ranks(method.scores(known.X, known.y, "classification", fold))
    return {
        "best_k": known.found_among(ranking, RELEVANT[name]),
        "best_2k": known.found_among(ranking, 2 * RELEVANT[name]),
        "seconds": round(time.perf_counter() - started, 2),
    }


def within(method: str, inputs: int, fold: int) -> bool:
    """Whether a method is run there."""
    most_inputs, most_folds = MOST.get(method, (inputs, FOLDS))
    return inputs <= most_inputs and fold < most_folds
