"""Figure 5: the inputs of the independent Gaussians, by class."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: it hears Ctrl-C while the rest is imported
    from reproduce.__main__ import figure_script

    figure_script(5)

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce import style
from reproduce.experiments import INDEPENDENT_GAUSSIANS
from reproduce.training.runs import Run

EXPERIMENT = INDEPENDENT_GAUSSIANS
CAPTION = (
    "Histograms of the inputs of the independent Gaussians in the two classes. Relevant "
    "inputs differ in their means."
)
ALT = (
    "Twenty small panels, each with two bell curves: shifted against each other for relevant "
    "inputs, on top of each other for irrelevant ones."
)
BINS = 50
WIDE = 5
"""Panels in a row."""


def measure(run: Run) -> dict[str, Any]:
    """``edges`` (E) and the densities ``class_0`` and ``class_1`` (N, E - 1) of the test set."""
    return histograms(run, range(run.data.test.inputs.shape[1]))


def draw(values: dict[str, Any]) -> Figure:
    """One panel an input: the first class in red, the second in blue."""
    inputs = len(values["class_0"])
    rows = -(-inputs // WIDE)
    figure, axes = plt.subplots(
        rows, WIDE, figsize=(2 * style.COLUMN_WIDTH, 1.25 * rows), sharex=True, sharey=True
    )
    for component, panel in enumerate(axes.flat[:inputs]):
        draw_classes(panel, values, component)
        panel.set_title(f"input {component}", loc="center")
        panel.set_yticks([])
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    figure.supxlabel("value", fontsize=9)
    figure.supylabel("density", fontsize=9)
    return figure


def histograms(run: Run, components: range | tuple[int, ...]) -> dict[str, Any]:
    """Densities of the test inputs by class, on common ``edges``."""
    inputs, labels = run.data.test
    chosen = inputs[:, list(components)].double().numpy()
    edges = np.linspace(chosen.min(), chosen.max(), BINS + 1)
    return {"edges": edges.tolist()} | {
        f"class_{label}": [
            np.histogram(column, edges, density=True)[0].tolist()
            for column in chosen[labels.numpy() == label].T
        ]
        for label in (0, 1)
    }


def draw_classes(axes: Axes, values: dict[str, Any], component: int) -> None:
    """The densities of both classes; line styles tell them apart without colour."""
    for label, colour, line in ((0, style.RED, "-"), (1, style.BLUE, "--")):
        axes.stairs(
            values[f"class_{label}"][component],
            values["edges"],
            color=colour,
            linestyle=line,
            label=f"class {label}",
            linewidth=1.1,
        )
        axes.stairs(
            values[f"class_{label}"][component],
            values["edges"],
            color=colour,
            fill=True,
            alpha=0.2,
        )
