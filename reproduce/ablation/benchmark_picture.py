"""The public benchmark's part as a picture: how penalties rank, what the selector's parts do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce.ablation.ablation_tables import TITLES
from spectral.appearance import style

LOOKS = ((style.BLUE, "o"), (style.RED, "s"), (style.GREY, "v"))
"""Of the numbers of inputs."""


def draw_benchmark(values: dict[str, Any]) -> Figure:
    """Three panels, a line for each condition or part; dots for each number of inputs."""
    networks, selectors = pd.DataFrame(values["networks"]), pd.DataFrame(values["selectors"])
    networks = networks[networks["strength"] == 1].replace({"condition": TITLES})
    figure, (of_networks, of_selectors, wrong) = plt.subplots(
        1, 3, figsize=(2 * style.COLUMN_WIDTH, 3.2), width_ratios=(1, 1, 0.7)
    )
    draw_means(of_networks, networks, "condition", "average_precision")
    of_networks.set(xlabel="average precision, one training", xlim=(-0.03, 1.03))
    decided = selectors.dropna(subset=["best_k"])
    draw_means(of_selectors, decided, "left_out", "best_k")
    of_selectors.set(xlabel="best-k, without this part", xlim=(-0.03, 1.03))
    draw_means(wrong, selectors, "left_out", "wrong")
    wrong.set(xlabel="wrong columns selected", xscale="symlog", xlim=(-0.1, None))
    wrong.set_yticklabels([])
    for panel, letter in zip((of_networks, of_selectors, wrong), "abc", strict=True):
        style.panel(panel, letter)
    figure.legend(*of_networks.get_legend_handles_labels(), loc="outside upper right", ncols=3)
    return figure


def draw_means(axes: Axes, rows: pd.DataFrame, line: str, value: str) -> None:
    """The means over the sets: a line for each of ``line``, a dot for each number of inputs."""
    means = rows.pivot_table(value, line, "inputs", sort=False).astype(float)
    for (inputs, column), (colour, marker) in zip(means.items(), LOOKS, strict=False):
        axes.plot(column, range(len(means)), marker, color=colour, label=f"{inputs} inputs")
    draw_lines(axes, list(means.index))


def draw_lines(axes: Axes, names: Sequence[str]) -> None:
    """The names at the left, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="y", color="0.92")
