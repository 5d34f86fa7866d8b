"""The conditions on the paper's data sets as a picture: what falls silent, and what is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from reproduce.ablation.ablation_tables import DATA_SETS, TITLES
from reproduce.ablation.conditions import CONDITIONS, SCALED
from spectral.appearance import style

MARKERS = {condition.name: marker for condition, marker in zip(SCALED, "osv", strict=True)}
BY_RELEVANCE = "by |λ|·‖ψ‖; plain layers: by ‖w‖"
COLOURS = dict(zip(MARKERS, (style.BLUE, style.RED, style.GREY), strict=True))


def draw_penalties(values: dict[str, Any]) -> Figure:
    """A column for each data set: silent inputs and accuracy by condition, and by strength."""
    rows = values["rows"]
    names = list(dict.fromkeys(row["data_set"] for row in rows))
    figure, panels = plt.subplots(
        3,
        len(names),
        figsize=(2.6 * style.COLUMN_WIDTH, 6.6),
        height_ratios=(1.2, 1.2, 1),
        squeeze=False,
        layout=ConstrainedLayoutEngine(hspace=0.1),  # room for the legends between the rows
    )
    for (silent, accuracy, strengths), name in zip(panels.T, names, strict=True):
        own = [row for row in rows if row["data_set"] == name]
        usual = [row for row in own if row["strength"] == 1]
        silent.set_title(DATA_SETS.get(name, name))
        draw_seeds(silent, usual, "silent", style.BLUE, "o")
        silent.set(xlabel=f"silent {share_of(own[0])} / %", xlim=(-4, 104))
        draw_seeds(accuracy, usual, "accuracy_of_first_of_eigenvalues", style.RED, "x", "by |λ|")
        draw_seeds(accuracy, usual, "accuracy_of_first", style.BLUE, "o", BY_RELEVANCE)
        accuracy.set_xlabel(f"test accuracy with {own[0]['first']} inputs / %")
        accuracy.xaxis.set_major_locator(MaxNLocator(5))
        draw_strengths(strengths, own)
        strengths.set(ylim=(-4, 104))
    for row in panels[:2]:
        for panel in row[1:]:
            panel.set_yticklabels([])
    panels[2, 0].set_ylabel("silent, as in (a) / %")
    for panel, letter in zip(panels[:, 0], "abc", strict=True):
        panel.text(
            -0.02, 1.02, f"({letter})", transform=panel.transAxes, ha="right", fontweight="bold"
        )
    panels[1, 0].legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2
    ).set_in_layout(False)
    panels[2, 0].legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2
    ).set_in_layout(False)
    return figure


def share_of(row: dict[str, Any]) -> str:
    """Which inputs the share of silent ones is of."""
    return "of all that vary" if row["deciding"] is None else "of the irrelevant"


def draw_seeds(
    axes: Axes,
    rows: Sequence[dict[str, Any]],
    key: str,
    colour: str,
    marker: str,
    label: str | None = None,
) -> None:
    """A line for each condition: every seed pale, the mean over them full, in percent."""
    order = [condition.name for condition in CONDITIONS]
    for row in rows:
        if None in row[key]:
            continue
        percent, place = 100 * np.array(row[key]), order.index(row["condition"])
        axes.plot(
            percent, np.full(len(percent), place), marker, color=colour, alpha=0.25, markersize=4
        )
        axes.plot([percent.mean()], [place], marker, color=colour, markersize=5.5, label=label)
        label = None
    axes.set_yticks(range(len(order)), [TITLES[name] for name in order])
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.grid(axis="y", color="0.92")


def draw_strengths(axes: Axes, rows: Sequence[dict[str, Any]]) -> None:
    """The share of silent inputs against the strength of the penalty."""
    for name, marker in MARKERS.items():
        own = sorted(
            (row for row in rows if row["condition"] == name), key=lambda row: row["strength"]
        )
        axes.plot(
            [row["strength"] for row in own],
            [100 * np.mean(row["silent"]) for row in own],
            marker=marker,
            markersize=4,
            color=COLOURS[name],
            label=TITLES[name],
        )
    axes.set(xscale="log", xlabel="strength (1: as trained here)")
