"""What is derived in the figures' JSON is not believed: it is computed anew from the rest of it
and from the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from reproduce.figure import MeasuredFigure
from reproduce.verdicts.reference import Contents

TOLERANCE = 1e-5
"""Relative: how far sums of another machine may be away."""


def contradictions(figures: Iterable[MeasuredFigure], contents: Contents) -> list[str]:
    """A sentence for everything in the figures at hand that does not follow from the rest.

    Figures 3 and 4 are held against the relevance of figure 7, where that is at hand.
    """
    values = {figure: content["values"] for figure, content in contents.items()}
    found: list[str] = []
    for figure in figures:
        if figure.name in contents:
            found += other_schedule(figure, contents[figure.name])
            found += repeated_seeds(figure, values[figure.name])
            found += (
                f"'{name}' of {figure.name} does not follow from the rest or the data"
                for name, expected in figure.follows(values).items()
                if not close(values[figure.name][name], expected)
            )
    return found


def other_schedule(figure: MeasuredFigure, content: Mapping[str, Any]) -> Iterator[str]:
    """A sentence if the figure was not trained as its preset says."""
    preset, trained = content["preset"], content["provenance"]["configuration"]
    schedule = figure.experiment.presets.get(preset)
    if schedule is None:
        yield f"{figure.name} is of the preset '{preset}', which does not exist"
    elif trained["experiment"] != figure.experiment.name:
        yield f"{figure.name} was trained on {trained['experiment']}, not {figure.experiment.name}"
    elif trained["schedule"] != asdict(schedule):
        yield f"{figure.name} was not trained by the schedule of its preset '{preset}'"


def repeated_seeds(figure: MeasuredFigure, values: Mapping[str, Any]) -> Iterator[str]:
    """A sentence if two seeds have the very same eigenvalues, as no two trainings have."""
    relevance = values.get("relevance")
    if relevance is not None and len(np.unique(relevance, axis=0)) < len(relevance):
        yield f"two seeds of {figure.name} have the same numbers in 'relevance'"


def close(found: Any, expected: Any) -> bool:
    """Whether two arrays are of one shape and equal up to rounding."""
    found, expected = (np.asarray(array, dtype=float) for array in (found, expected))
    return found.shape == expected.shape and np.allclose(found, expected, TOLERANCE, atol=1e-12)
