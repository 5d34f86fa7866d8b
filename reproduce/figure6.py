"""Figure 6: two inputs of the correlated Gaussians, one by one and together."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce import figure_schema
from reproduce.experiments import CORRELATED_GAUSSIANS, PAIR, POINTS
from reproduce.figure import MeasuredFigure, Values
from reproduce.measures import histograms
from reproduce.panels import draw_classes
from reproduce.training.runs import Run
from spectral.appearance import style
from spectral.datasets import InMemoryDataModule


def measure(run: Run) -> dict[str, Any]:
    """Densities of the two inputs by class, and the first samples of each class (P, 2)."""
    return of_the_pair(run.data)


def of_the_pair(data: InMemoryDataModule) -> dict[str, Any]:
    """What :func:`measure` has, of data that are set up."""
    inputs, labels = data.test
    pair = inputs[:, list(PAIR)].double()
    return (
        {"components": list(PAIR)}
        | histograms(data, PAIR)
        | {f"scatter_{label}": pair[labels == label][:POINTS].tolist() for label in (0, 1)}
    )


def follows(values: Mapping[str, Values]) -> Values:
    """All but the densities: those are compared with the reference, up to a sample or two."""
    data = CORRELATED_GAUSSIANS.make_data(seeds=[0])
    of_all = of_the_pair(data)
    return {name: of_all[name] for name in ("components", "edges", "scatter_0", "scatter_1")}


def draw(values: dict[str, Any]) -> Figure:
    """Alone neither input tells the classes apart; together, class by class, they do."""
    figure, (above, below) = plt.subplots(
        2, 2, figsize=(1.2 * style.COLUMN_WIDTH, 4.6), height_ratios=(1, 1.5)
    )
    first, second = (f"input {component}" for component in values["components"])
    for position, axes in enumerate(above):
        draw_classes(axes, values, position)
        axes.set(xlabel=(first, second)[position], xlim=(-FURTHEST, FURTHEST), yticks=[])
    above[0].set_ylabel("density")
    figure.legend(*above[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    for axes, (label, colour, marker) in zip(below, CLASSES, strict=True):
        draw_together(axes, np.array(values[f"scatter_{label}"]), colour, marker)
        axes.set(xlabel=first, ylabel=second if label == 0 else "")
    for axes, letter, title in zip(
        (*above, *below), "abcd", ("", "", " class 0", " class 1"), strict=True
    ):
        axes.set_title(f"({letter}){title}", fontweight="bold")
    return figure


def draw_together(axes: Axes, points: np.ndarray, colour: str, marker: str) -> None:
    """One input against the other, in a panel for each class: one would hide the other."""
    axes.scatter(points[:, 0], points[:, 1], s=10, marker=marker, color=colour, linewidths=0.8)
    axes.set(xlim=(-FURTHEST, FURTHEST), ylim=(-FURTHEST, FURTHEST), aspect="equal")
    ticks = (-2, 0, 2)
    axes.set(xticks=ticks, yticks=ticks)
    opposite = (points.prod(axis=1) < 0).mean()
    axes.text(
        0.5,
        0.97,
        f"opposite signs: {100 * opposite:.0f} %",
        transform=axes.transAxes,
        ha="center",
        va="top",
        fontsize=7.5,
    )


CLASSES = ((0, style.RED, "o"), (1, style.BLUE, "x"))
FURTHEST = 4.2
"""Standard deviations that the axes show."""


FIGURE = MeasuredFigure(
    name="figure6",
    number=6,
    title="two inputs of the correlated Gaussians, one by one and together",
    experiment=CORRELATED_GAUSSIANS,
    schema=figure_schema.SCHEMAS["figure6"],
    caption=(
        "(a), (b) Each of the two inputs of a pair has the same distribution in both classes. "
        "(c), (d) Against each other, they differ: in class 0 they are equal, in class 1 some "
        "samples have opposite signs, by the probability p of the pair. Drawn are the first "
        f"{POINTS} samples of each class: their share varies about p."
    ),
    alt=(
        "Above, two histograms in which the classes coincide. Below, one input against the other: "
        "in class 0 all points lie on the rising diagonal, in class 1 on the rising and on the "
        "falling one."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
