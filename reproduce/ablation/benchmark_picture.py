"""The public benchmark's part as a picture: how penalties rank, what the selector's parts do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce.ablation.ablation_tables import TITLES
from spectral.appearance import style

LOOKS = ((style.BLUE, "o"), (style.RED, "s"), (style.GREY, "v"))
"""Of the numbers of inputs."""


def draw_benchmark(values: dict[str, Any]) -> Figure:
    """Three panels, a line for each condition or part; a dot for each number of inputs."""
    networks, selectors = pd.DataFrame(values["networks"]), pd.DataFrame(values["selectors"])
    networks = networks[networks["strength"] == 1].replace({"condition": TITLES})
    figure, panels = plt.subplot_mosaic(
        [["networks", "."], ["selectors", "wrong"]],
        figsize=(1.7 * style.COLUMN_WIDTH, 5.4),
        width_ratios=(1, 0.8),
        height_ratios=(7, 9),
    )
    draw_means(panels["networks"], networks, "condition", "average_precision")
    panels["networks"].set(xlabel="average precision, one training", xlim=(-0.03, 1.03))
    decided = selectors.dropna(subset=["best_k"])
    draw_means(panels["selectors"], decided, "left_out", "best_k")
    panels["selectors"].set(xlabel="best-k, the selector without this", xlim=(-0.03, 1.03))
    draw_means(panels["wrong"], selectors, "left_out", "wrong")
    panels["wrong"].set(xlabel="wrong columns selected", xscale="symlog", xlim=(-0.15, 150))
    panels["wrong"].set_xticks([0, 1, 10, 100], ["0", "1", "10", "100"])
    panels["wrong"].set_yticklabels([])
    for panel, letter in zip(panels.values(), "abc", strict=True):
        style.panel(panel, letter)
    legend = panels["networks"].legend(loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0)
    legend.set_in_layout(False)
    return figure


def draw_means(axes: Axes, rows: pd.DataFrame, line: str, value: str) -> None:
    """The means over the sets: a line for each of ``line``, a dot for each number of inputs."""
    means = rows.pivot_table(value, line, "inputs", sort=False).astype(float)
    apart = np.linspace(-0.14, 0.14, means.shape[1])  # equal numbers do not hide one another
    for (inputs, column), (colour, marker), shift in zip(means.items(), LOOKS, apart, strict=False):
        places = np.arange(len(means)) + shift
        axes.plot(column, places, marker, color=colour, markersize=4.5, label=f"{inputs} inputs")
    draw_lines(axes, list(means.index))


def draw_lines(axes: Axes, names: Sequence[str]) -> None:
    """The names at the left, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="y", color="0.92")
