"""Figure 1: the eigenvalues of the inputs, independent Gaussians."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from reproduce import figure_schema
from reproduce.experiments import INDEPENDENT_GAUSSIANS
from reproduce.figure import MeasuredFigure, Values
from reproduce.measures import over_seeds
from reproduce.panels import draw_against, draw_bars
from reproduce.training.runs import Run
from spectral.appearance import style
from spectral.datasets import IndependentGaussians


def measure(run: Run) -> dict[str, Any]:
    """``relevance`` (S, N) with its ``mean`` and ``std`` over seeds; ``distance`` (N)."""
    relevance = run.classifier.relevance().double().numpy()
    return {"relevance": relevance.tolist()} | derived(relevance, run.data)


def derived(relevance: np.ndarray, data: IndependentGaussians) -> dict[str, Any]:
    """What follows from the relevance ``(S, N)`` and the data: all else of the values."""
    return over_seeds(relevance) | {"distance": data.distance.tolist()}


def follows(values: Mapping[str, Values]) -> Values:
    """All but the relevance."""
    relevance = np.asarray(values["figure1"]["relevance"], dtype=float)
    return derived(relevance, INDEPENDENT_GAUSSIANS.make_data(seeds=[0]))


def draw(values: dict[str, Any]) -> Figure:
    """(a) the mean eigenvalues; (b) the same against the distance of the class means."""
    figure, (bars, scatter) = plt.subplots(2, 1, figsize=(style.COLUMN_WIDTH, 5))
    draw_bars(bars, values)
    draw_against(scatter, values, values["distance"])
    scatter.set_xlabel("distance between the means of the two classes")
    return figure


FIGURE = MeasuredFigure(
    name="figure1",
    number=1,
    title="the eigenvalues of the inputs, independent Gaussians",
    experiment=INDEPENDENT_GAUSSIANS,
    schema=figure_schema.SCHEMAS["figure1"],
    caption=(
        "Left to right, the twenty inputs. (a) Mean and standard deviation over the seeds of each "
        "input's eigenvalue. (b) The same against the distance between the means of the two "
        "classes: inputs without distance are irrelevant."
    ),
    alt=(
        "Above, bars of the eigenvalues of twenty inputs: eleven stand out, nine are at zero. "
        "Below, the eigenvalue rises with the distance between the class means, from zero at "
        "zero."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
