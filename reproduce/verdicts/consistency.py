"""What is derived in the figures' JSON is not believed: it is computed anew from the rest of it
and from the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from reproduce import figure1, figure2, figure3, figure4, figure7
from reproduce.experiments import (
    CORRELATED_GAUSSIANS,
    INDEPENDENT_GAUSSIANS,
    MNIST_ZEROS_ONES,
    Experiment,
)
from reproduce.verdicts.reference import Contents
from spectral.datasets.mnist import SIDE

TOLERANCE = 1e-5
"""Relative: how far sums of another machine may be away."""


def contradictions(contents: Contents) -> list[str]:
    """A sentence for everything in the figures at hand that does not follow from the rest.

    Figures 3 and 4 are held against the relevance of figure 7, where that is at hand.
    """
    return [
        f"'{name}' of figure {number} does not follow from the rest or the data"
        for number, expected in derived(contents).items()
        for name, array in expected.items()
        if not close(contents[number]["values"][name], array)
    ]


def derived(contents: Contents) -> dict[int, dict[str, Any]]:
    """What the values of the figures at hand should be, as far as they are derived."""
    values = {number: content["values"] for number, content in contents.items()}
    expected: dict[int, dict[str, Any]] = {}
    if 1 in values:
        relevance = np.asarray(values[1]["relevance"], dtype=float)
        expected[1] = figure1.derived(relevance, data_of(INDEPENDENT_GAUSSIANS))
    if 2 in values:
        relevance = np.asarray(values[2]["relevance"], dtype=float)
        expected[2] = figure2.derived(relevance, data_of(CORRELATED_GAUSSIANS))
    if 3 in values:
        expected[3] = of_all_pixels(values[3])
    if 7 in values:
        relevance = np.asarray(values[7]["relevance"], dtype=float)
        expected[7] = figure7.derived(relevance)
        if 3 in values:
            expected[3] |= figure3.derived(torch.from_numpy(relevance))
        if 4 in values:
            expected[4] = figure4.derived(torch.from_numpy(relevance), data_of(MNIST_ZEROS_ONES))
    return expected


def of_all_pixels(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fig. 3: with all pixels it does not matter in which order they were taken."""
    accuracy, random = (np.array(values[key]) for key in ("accuracy", "accuracy_random"))
    random[:, -1] = accuracy[:, -1]
    return {
        "pixels": [*figure3.PIXELS, SIDE * SIDE],
        "accuracy_full": accuracy[:, -1],
        "accuracy_random": random,
    }


def data_of(experiment: Experiment) -> Any:
    """The data of an experiment, drawn or read anew."""
    data = experiment.make_data(seeds=[0])
    return data


def close(found: Any, expected: Any) -> bool:
    """Whether two arrays are of one shape and equal up to rounding."""
    found, expected = (np.asarray(array, dtype=float) for array in (found, expected))
    return found.shape == expected.shape and np.allclose(found, expected, TOLERANCE, atol=1e-12)
