"""Figure 6: two inputs of the correlated Gaussians, one by one and together."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from reproduce import figure_schema
from reproduce.experiments import CORRELATED_GAUSSIANS, PAIR, POINTS
from reproduce.figure import MeasuredFigure
from reproduce.measures import histograms
from reproduce.panels import draw_classes
from reproduce.training.runs import Run
from spectral.appearance import style


def measure(run: Run) -> dict[str, Any]:
    """Densities of the two inputs by class, and the first samples of each class (P, 2)."""
    inputs, labels = run.data.test
    pair = inputs[:, list(PAIR)].double()
    return (
        {"components": list(PAIR)}
        | histograms(run, PAIR)
        | {f"scatter_{label}": pair[labels == label][:POINTS].tolist() for label in (0, 1)}
    )


def draw(values: dict[str, Any]) -> Figure:
    """Alone neither input tells the classes apart; their signs together do."""
    figure, (first, second, together) = plt.subplots(
        3, 1, figsize=(style.COLUMN_WIDTH, 6.4), height_ratios=(1, 1, 1.9)
    )
    for position, axes in enumerate((first, second)):
        draw_classes(axes, values, position)
        axes.set(xlabel=f"input {values['components'][position]}", ylabel="density")
    first.legend(loc="upper right")
    marks = ((0, style.RED, "o", 0), (1, style.BLUE, "x", 1))
    for label, colour, marker, above in marks:
        points = np.array(values[f"scatter_{label}"])
        together.scatter(
            *points.T,
            s=9,
            marker=marker,
            color=colour,
            label=f"class {label}",
            zorder=2 - above,
            linewidths=0.9,
        )
    together.set(
        xlabel=f"input {values['components'][0]}",
        ylabel=f"input {values['components'][1]}",
        aspect="equal",
    )
    together.legend(loc="lower left", bbox_to_anchor=(1, 0))
    return figure


FIGURE = MeasuredFigure(
    name="figure6",
    number=6,
    title="two inputs of the correlated Gaussians, one by one and together",
    experiment=CORRELATED_GAUSSIANS,
    schema=figure_schema.SCHEMAS["figure6"],
    caption=(
        "Two inputs of a pair of the correlated Gaussians: each alone has the same distribution "
        "in both classes, their joint distribution differs."
    ),
    alt=(
        "Two histograms in which the classes coincide, and a scatter plot: class 0 lies on the "
        "rising diagonal, class 1 on both diagonals."
    ),
    measure=measure,
    draw=draw,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
