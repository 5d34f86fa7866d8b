"""Figure 5: the inputs of the independent Gaussians, by class."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from reproduce import figure_schema
from reproduce.experiments import INDEPENDENT_GAUSSIANS
from reproduce.figure import MeasuredFigure, Values
from reproduce.measures import histograms
from reproduce.panels import draw_classes
from reproduce.training.runs import Run
from spectral.appearance import style
from spectral.datasets import InMemoryDataModule

WIDE = 4
"""Panels in a row."""


def measure(run: Run) -> dict[str, Any]:
    """``edges`` (E) and the densities ``class_0`` and ``class_1`` (N, E - 1) of the test set."""
    return densities_of_inputs(run.data)


def densities_of_inputs(data: InMemoryDataModule) -> dict[str, Any]:
    """What :func:`measure` has, of data that are set up."""
    return histograms(data, range(data.test.inputs.shape[1]))


def follows(values: Mapping[str, Values]) -> Values:
    """The edges; the densities are compared with the reference, up to a sample or two in a bin."""
    data = INDEPENDENT_GAUSSIANS.make_data(seeds=[0])
    return {"edges": densities_of_inputs(data)["edges"]}


def draw(values: dict[str, Any]) -> Figure:
    """One panel for each input: the first class in red, the second in blue."""
    inputs = len(values["class_0"])
    rows = -(-inputs // WIDE)
    figure, axes = plt.subplots(
        rows, WIDE, figsize=(1.4 * style.COLUMN_WIDTH, 1.2 * rows), sharex=True, sharey=True
    )
    for component, panel in enumerate(axes.flat[:inputs]):
        draw_classes(panel, values, component)
        panel.set_title(f"input {component}", loc="center")
        panel.set_yticks([])
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    figure.supxlabel("value", fontsize=9)
    figure.supylabel("density", fontsize=9)
    return figure


FIGURE = MeasuredFigure(
    name="figure5",
    number=5,
    title="the inputs of the independent Gaussians, by class",
    experiment=INDEPENDENT_GAUSSIANS,
    schema=figure_schema.SCHEMAS["figure5"],
    caption=(
        "Histograms of the inputs of the independent Gaussians in the two classes. Relevant "
        "inputs differ in their means."
    ),
    alt=(
        "Twenty small panels, each with two bell curves: shifted against each other for relevant "
        "inputs, on top of each other for irrelevant ones."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
