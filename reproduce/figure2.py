"""Figure 2: the eigenvalues of the inputs, correlated Gaussians."""

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
from reproduce.experiments import CORRELATED_GAUSSIANS
from reproduce.figure import MeasuredFigure, Values
from reproduce.measures import over_seeds
from reproduce.panels import draw_against, draw_bars
from reproduce.training.runs import Run
from spectral.appearance import style
from spectral.datasets import CorrelatedGaussians


def measure(run: Run) -> dict[str, Any]:
    """``relevance`` (S, N) with its ``mean`` and ``std`` over seeds; ``p`` (N)."""
    relevance = run.classifier.relevance().double().numpy()
    return {"relevance": relevance.tolist()} | derived(relevance, run.data)


def derived(relevance: np.ndarray, data: CorrelatedGaussians) -> dict[str, Any]:
    """What follows from the relevance ``(S, N)`` and the data: all else of the values."""
    return over_seeds(relevance) | {"p": data.p.tolist()}


def follows(values: Mapping[str, Values]) -> Values:
    """All but the relevance."""
    relevance = np.asarray(values["figure2"]["relevance"], dtype=float)
    return derived(relevance, CORRELATED_GAUSSIANS.make_data(seeds=[0]))


def draw(values: dict[str, Any]) -> Figure:
    """(a) the mean eigenvalues; (b) the same against p."""
    figure, (bars, scatter) = plt.subplots(2, 1, figsize=(style.COLUMN_WIDTH, 5))
    draw_bars(bars, values)
    beside = np.tile([-0.005, 0.005], len(values["p"]) // 2)  # the two of a pair share their p
    draw_against(scatter, values, (np.array(values["p"]) + beside).tolist())
    scatter.set_xlabel("p, the probability of opposite signs in class 1")
    return figure


FIGURE = MeasuredFigure(
    name="figure2",
    number=2,
    title="the eigenvalues of the inputs, correlated Gaussians",
    experiment=CORRELATED_GAUSSIANS,
    schema=figure_schema.SCHEMAS["figure2"],
    caption=(
        "Inputs come in pairs that tell something only together. (a) Mean and standard deviation "
        "over the seeds of each input's eigenvalue. (b) The same against p, the probability that "
        "the signs of a pair differ in class 1; the two of a pair stand side by side, "
        "the two inputs of noise at 0."
    ),
    alt=(
        "Above, bars of the eigenvalues of ten inputs: equal within each of four pairs, zero for "
        "the last two inputs. Below, the eigenvalue rises with p."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
