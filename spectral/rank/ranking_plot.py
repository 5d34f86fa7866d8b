"""The plot of a ranking: the most relevant inputs by name, and all by rank."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from spectral.appearance import style
from spectral.rank.findings import Findings, RankedInput

MOST_BARS = 30
LONGEST_NAME = 32
BAR = 0.19
"""Inches of height."""


def plot(findings: Findings) -> Figure:
    """Draw a ranking; colour tells what is selected.

    With more than 30 inputs a second panel shows how the relevance of all of them falls.
    """
    bars = findings.ranking[:MOST_BARS]
    height = 1.1 + BAR * max(len(bars), 6)
    all_shown = len(bars) == len(findings.ranking)
    figure, axes = plt.subplots(
        1,
        1 if all_shown else 2,
        squeeze=False,
        figsize=((1.35 if all_shown else 2) * style.COLUMN_WIDTH, height),
        width_ratios=[1] if all_shown else [1.35, 1],
    )
    draw_named(axes[0, 0], bars)
    if not all_shown:
        style.panel(axes[0, 0], "a")
        draw_ranked(axes[0, 1], findings.ranking)
    return figure


def draw_named(axes: Axes, lines: tuple[RankedInput, ...]) -> None:
    """A bar for each input, the most relevant on top; the line is its standard deviation."""
    places = np.arange(len(lines))
    for place, line in enumerate(lines):
        axes.barh(
            place,
            line.relevance,
            xerr=line.spread,
            height=0.72,
            error_kw={"elinewidth": 1, "capsize": 2},
            **look(line.selected),
        )
    axes.set_yticks(places, [short(line.input) for line in lines])
    for label in axes.get_yticklabels():
        label.set_parse_math(False)  # a $ in a name is a $
    axes.set(
        xlabel="relevance",
        ylim=(len(lines) - 0.4, -0.6),
        xlim=(0, None),
    )
    axes.legend(
        handles=[
            Patch(**look(True), label="selected"),
            Patch(**look(False), label="not selected"),
        ],
        loc="lower right",
    )


def draw_ranked(axes: Axes, lines: tuple[RankedInput, ...]) -> None:
    """The relevance of all inputs by rank."""
    ranks = np.arange(1, len(lines) + 1)
    relevance = np.array([line.relevance for line in lines])
    selected = np.array([line.selected for line in lines])
    for which, shade in ((selected, style.BLUE), (~selected, style.GREY)):
        axes.plot(ranks[which], relevance[which], "o", color=shade, markersize=2.5)
    axes.set(xscale="log", xlabel="rank", ylabel="relevance")
    axes.set_ylim(bottom=0)
    style.panel(axes, "b")


def look(selected: bool) -> dict[str, Any]:
    """A full bar where it is selected, else an outline: so they can be told apart in grey."""
    if selected:  # pale, for the spread is black and crosses the bar
        return {"facecolor": style.BLUE, "edgecolor": style.BLUE, "alpha": 0.7}
    return {"facecolor": "white", "edgecolor": style.GREY}


def short(name: str) -> str:
    """A name that leaves room for the bars."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
