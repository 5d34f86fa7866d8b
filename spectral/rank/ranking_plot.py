"""The plot of a ranking: the first inputs by name, and all by rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from spectral.appearance import style
from spectral.rank.findings import Findings, RankedInput
from spectral.selection.consensus import LARGEST_COPY

MOST_BARS = 30
LONGEST_NAME = 32
BAR = 0.19
"""Inches of height."""
RELEVANCE = "relevance (1: the largest copy)"
LEAST_SHOWN = 0.2
"""What is less stands here."""
NUMBERED = (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def plot(findings: Findings) -> Figure:
    """Draw a ranking; colour tells what is selected.

    With more than 30 inputs a second panel shows the relevance of all of them by rank.
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
    """A bar for each input, the first on top; the line is its standard deviation.

    Bars begin at the largest copy: to the right of it an input is more relevant than any.
    """
    places = np.arange(len(lines))
    for place, line in enumerate(lines):
        axes.barh(
            place,
            max(line.relevance, LEAST_SHOWN) - LARGEST_COPY,
            left=LARGEST_COPY,
            xerr=[[min(line.spread, max(line.relevance - LEAST_SHOWN, 0))], [line.spread]],
            height=0.72,
            error_kw={"elinewidth": 1, "capsize": 2},
            **look(line.selected),
        )
    axes.set_yticks(places, [short(line.input) for line in lines])
    for label in axes.get_yticklabels():
        label.set_parse_math(False)  # a $ in a name is a $
    axes.axvline(LARGEST_COPY, color="black", linewidth=0.8)
    axes.set(xscale="log", xlabel=RELEVANCE, ylim=(len(lines) - 0.4, -0.6))
    with_plain_numbers(axes.xaxis, [line.relevance + line.spread for line in lines])
    axes.legend(
        handles=[
            Patch(**look(True), label="selected"),
            Patch(**look(False), label="not selected"),
        ],
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=2,
        borderaxespad=0.2,
        frameon=False,
    )


def draw_ranked(axes: Axes, lines: tuple[RankedInput, ...]) -> None:
    """The relevance of all inputs by rank."""
    ranks = np.arange(1, len(lines) + 1)
    relevance = np.array([line.relevance for line in lines])
    selected = np.array([line.selected for line in lines])
    for which, shade in ((selected, style.BLUE), (~selected, style.GREY)):
        shown = np.maximum(relevance[which], LEAST_SHOWN)
        axes.plot(ranks[which], shown, "o", color=shade, markersize=2.5)
    axes.axhline(LARGEST_COPY, color="black", linewidth=0.8)
    axes.set(xscale="log", yscale="log", xlabel="rank", ylabel=RELEVANCE)
    with_plain_numbers(axes.yaxis, relevance)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    style.panel(axes, "b")


def with_plain_numbers(axis: Axis, shown: Sequence[float] | np.ndarray) -> None:
    """Limits and numbers of a logarithmic axis; what is next to nothing would stretch it."""
    axis.set_view_interval(LEAST_SHOWN / 1.1, 1.3 * max(*shown, 2 * LARGEST_COPY), ignore=True)
    axis.set_major_locator(FixedLocator(NUMBERED))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(NullLocator())


def look(selected: bool) -> dict[str, Any]:
    """A full bar where it is selected, else an outline: so they can be told apart in grey."""
    if selected:  # pale, for the spread is black and crosses the bar
        return {"facecolor": style.BLUE, "edgecolor": style.BLUE, "alpha": 0.7}
    return {"facecolor": "white", "edgecolor": style.GREY}


def short(name: str) -> str:
    """A name that leaves room for the bars."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
