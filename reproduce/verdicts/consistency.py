"""What is derived in the figures' JSON is not believed: it is computed anew from the rest of it
and from the data."""

from __future__ import annotations

from collections.abc import Iterable
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
    return [
        f"'{name}' of {figure.name} does not follow from the rest or the data"
        for figure in figures
        if figure.name in contents
        for name, expected in figure.follows(values).items()
        if not close(values[figure.name][name], expected)
    ]


def close(found: Any, expected: Any) -> bool:
    """Whether two arrays are of one shape and equal up to rounding."""
    found, expected = (np.asarray(array, dtype=float) for array in (found, expected))
    return found.shape == expected.shape and np.allclose(found, expected, TOLERANCE, atol=1e-12)
