"""Figure 1: the eigenvalues of the inputs, independent Gaussians."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: it hears Ctrl-C while the rest is imported
    from reproduce.__main__ import figure_script

    figure_script(1)

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce import style
from reproduce.experiments import INDEPENDENT_GAUSSIANS
from reproduce.training.runs import Run
from spectral.datasets import IndependentGaussians

EXPERIMENT = INDEPENDENT_GAUSSIANS
CAPTION = (
    "Left to right, the twenty inputs. (a) Mean and standard deviation over the seeds of each "
    "input's eigenvalue. (b) The same against the distance between the means of the two "
    "classes: inputs without distance are irrelevant."
)
ALT = (
    "Above, bars of the eigenvalues of twenty inputs: eleven stand out, nine are at zero. "
    "Below, the eigenvalue rises with the distance between the class means, from zero at "
    "zero."
)


def measure(run: Run) -> dict[str, Any]:
    """``relevance`` (S, N) with its ``mean`` and ``std`` over seeds; ``distance`` (N)."""
    relevance = run.classifier.relevance().double().numpy()
    return {"relevance": relevance.tolist()} | derived(relevance, run.data)


def derived(relevance: np.ndarray, data: IndependentGaussians) -> dict[str, Any]:
    """What follows from the relevance ``(S, N)`` and the data: all else of the values."""
    return over_seeds(relevance) | {"distance": data.distance.tolist()}


def draw(values: dict[str, Any]) -> Figure:
    """(a) the mean eigenvalues; (b) the same against the distance of the class means."""
    figure, (bars, scatter) = plt.subplots(2, 1, figsize=(style.COLUMN_WIDTH, 5))
    draw_bars(bars, values)
    draw_against(scatter, values, values["distance"])
    scatter.set_xlabel("distance between the means of the two classes")
    return figure


def over_seeds(relevance: np.ndarray) -> dict[str, Any]:
    """``mean`` (N) and ``std`` (N) over the seeds of ``relevance`` (S, N)."""
    return {"mean": relevance.mean(axis=0).tolist(), "std": relevance.std(axis=0).tolist()}


def draw_bars(axes: Axes, values: dict[str, Any]) -> None:
    """Panel (a): a bar for each input, its mean as a dot and its standard deviation."""
    inputs = np.arange(len(values["mean"]))
    axes.bar(inputs, values["mean"], width=0.75, color=style.BLUE, alpha=0.55)
    axes.errorbar(inputs, values["mean"], values["std"], **DOTS)
    axes.set(xlabel="input", ylabel="eigenvalue", xticks=inputs, xlim=(-0.7, len(inputs) - 0.3))
    axes.set_ylim(bottom=0)
    style.panel(axes, "a")


def draw_against(axes: Axes, values: dict[str, Any], parameter: list[float]) -> None:
    """Panel (b): the same dots against what makes an input relevant."""
    axes.errorbar(parameter, values["mean"], values["std"], **DOTS)
    axes.set_ylabel("eigenvalue")
    axes.set_ylim(bottom=-0.03 * max(values["mean"]))
    style.panel(axes, "b")


DOTS: dict[str, Any] = {
    "fmt": "o",
    "color": style.RED,
    "markersize": 3.5,
    "capsize": 2.5,
    "linewidth": 1.1,
}
