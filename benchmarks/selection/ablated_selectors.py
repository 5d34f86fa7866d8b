"""The selector with a part left out, on a set of the public benchmark or on noise."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from benchmarks.selection.kept_results import Result
from benchmarks.selection.known_truth import KnownTruth
from benchmarks.selection.public_sets import ROWS, public_set
from reproduce.ablation.answers import WITH_ALL_PARTS
from spectral.samples import Samples
from spectral.selection.consensus import agreed, settings_for
from spectral.selection.elimination import eliminate
from spectral.tables.selected_columns import Selection

SEEDS = 5
"""Half as many as the selector has by default."""
NOISE = "noise"
COPIES, A_CROWD = "permuted copies", "all seeds but one"
PARTS: Mapping[str, Mapping[str, Any]] = {
    WITH_ALL_PARTS: {},
    "functions of a column": {"functions": 1},
    "products of columns": {"products": False},
    "functions and products": {"functions": 1, "products": False},
    "training anew with fewer columns": {"repeated": False},
    "the penalty": {"eigenvalue_penalty": 0.0, "eigenvector_penalty": 0.0},
    "confirmation by rows held out": {"confirmation": False},
    COPIES: {},
    A_CROWD: {},
}
"""What is left out, and the settings that do so; copies and seeds are no settings."""


def selector(left_out: str, name: str, inputs: int, draw: int, seeds: int = SEEDS) -> Result:
    """What the selector finds in one draw of a set without one of its parts.

    Parameters
    ----------
    left_out : str
        One of ``PARTS``.
    name : str
        Of the set, or "noise".
    inputs : int
        How many columns.
    draw : int
        Decides what is drawn.
    seeds : int, default=SEEDS
        How many.
    """
    known = noise(inputs, draw) if name == NOISE else public_set(name, inputs, draw)
    started = time.perf_counter()
    selection = selected(known, left_out, 1 if left_out == A_CROWD else seeds)
    chosen = np.flatnonzero(selection.support)
    found = np.isin(known.true, chosen)
    decided = len(known.true) > 0
    return {
        "best_k": known.found_among(selection.ranking, len(known.true)) if decided else None,
        "found": float(found.mean()) if decided else None,
        "wrong": len(chosen) - int(found.sum()),
        "seconds": round(time.perf_counter() - started, 2),
    }


def selected(known: KnownTruth, left_out: str, seeds: int) -> Selection:
    """The ranking of the columns, and which are selected, without a part.

    All of it without the networks on the columns as they are: what is left out shows by itself.
    """
    X = (known.X - known.X.mean(axis=0)) / known.X.std(axis=0)
    samples = Samples(torch.from_numpy(X).float(), torch.from_numpy(known.y))
    columns, copies = X.shape[1], left_out != COPIES
    settings = settings_for(samples, columns * (1 + copies))
    settings = replace(settings, plain=None, **PARTS[left_out])
    eliminations = [
        eliminate(samples, np.arange(columns), 2, seed, copies, settings) for seed in range(seeds)
    ]
    return agreed(eliminations, "auto", settings.confirmation)


def noise(inputs: int, draw: int) -> KnownTruth:
    """Columns as the benchmark has them, and classes that have nothing to do with them."""
    random = np.random.default_rng([97, inputs, draw])
    X = random.uniform(-1, 1, (ROWS, inputs))
    return KnownTruth(NOISE, X, random.integers(2, size=ROWS), np.array([], dtype=int))
