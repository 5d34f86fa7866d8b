"""Draws the comparison with other methods from its stored results."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from reproduce.comparison.comparison_measures import OURS, mean_line, mean_of, methods_of, score_on
from reproduce.comparison.comparison_results import ComparisonRecord, PublicRecord
from spectral.appearance import style

LINES = {
    OURS: (style.BLUE, "-", "o", "spectral, this package"),
    "spectral, one training": (style.RED, "--", "s", "spectral, one training"),
    "random forest": ("black", ":", "^", "random forest, run here"),
    "mutual information": ("black", "-.", "v", "mutual information, run here"),
    "LassoNet": ("black", (0, (1, 1)), "D", "LassoNet, run here"),
}
"""Colour, line, marker and label of what was run on the public benchmark."""
BROAD = 3.0
"""The width of this package's line, in points: others are drawn upon it."""


def draw_record(record: PublicRecord, sets: Sequence[str] = ()) -> Figure:
    """Best-k against the number of inputs, one panel for each set; published methods in grey.

    Parameters
    ----------
    record : PublicRecord
        The public benchmark.
    sets : sequence of str, default=()
        Which sets; by default all.
    """
    sets = sets or [*record.relevant]
    figure, panels = plt.subplots(
        1, len(sets), figsize=(2.1 * len(sets) + 0.4, 2.9), sharey=True, squeeze=False
    )
    for axes, name in zip(panels[0], sets, strict=True):
        for of_method in record.published.values():
            if name in of_method:
                axes.plot(*mean_line(of_method[name]), color=style.GREY, alpha=0.35, linewidth=0.8)
        if axes.lines:
            axes.lines[0].set_label(f"{len(record.published)} published methods")
        for method, (colour, line, marker, label) in LINES.items():
            if name in record.measured.get(method, {}):
                axes.plot(
                    *mean_line(record.measured[method][name]),
                    color=colour,
                    linestyle=line,
                    linewidth=BROAD if method == OURS else None,
                    marker=marker,
                    markersize=2 * BROAD if method == OURS else 3.5,
                    label=label,
                )
        axes.set_xscale("log", base=2)
        axes.set(title=f"{name} (k = {record.relevant[name]})", xlabel="inputs", ylim=(-0.03, 1.03))
        axes.set_xticks([8, 32, 128, 512, 2048], ["8", "32", "128", "512", "2048"])
        axes.minorticks_off()
    panels[0][0].set_ylabel("share of true inputs found (best-k)")
    handles, labels = panels[0][0].get_legend_handles_labels()
    handles, labels = [*handles[1:], handles[0]], [*labels[1:], labels[0]]
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def draw_effort(comparison: ComparisonRecord, methods: Sequence[str] = ()) -> Figure:
    """Seconds, memory and steadiness: a row for each method, a dot for each table."""
    methods = methods or methods_of(comparison)
    figure, panels = plt.subplots(1, 4, figsize=(8.4, 0.9 + 0.23 * len(methods)), sharey=True)
    for axes, (measure, label) in zip(
        panels,
        (
            ("seconds", "seconds of one core"),
            ("memory", "memory (MiB)"),
            ("seeds", "agreement of seeds"),
            ("halves", "agreement of halves"),
        ),
        strict=True,
    ):
        for row, method in enumerate(methods):
            numbers = [mean_of(comparison, each, method, measure) for each in comparison.results]
            colour = style.BLUE if method == OURS else style.GREY
            axes.plot(numbers, [row] * len(numbers), "o", color=colour, markersize=3, alpha=0.6)
            if not np.all(np.isnan(numbers)):
                axes.plot(np.nanmedian(numbers), row, "|", color="black", markersize=9)
        axes.set_xlabel(label)
        if measure in ("seconds", "memory"):
            axes.set_xscale("log")
            axes.minorticks_off()
        else:
            axes.set_xlim(right=1.05)
    panels[0].set_yticks(range(len(methods)), methods)
    panels[0].invert_yaxis()
    return figure


def draw_curves(
    comparison: ComparisonRecord, table: str, curve: str = "retrained", methods: Sequence[str] = ()
) -> Figure:
    """Accuracy, or R², against the number of inputs kept, a line for each method.

    Parameters
    ----------
    comparison : ComparisonRecord
        Methods on tables.
    table : str
        Which table.
    curve : {"retrained", "masked"}, default="retrained"
        Whether a support vector machine is trained on the inputs kept, or a network trained on
        all sees them alone.
    methods : sequence of str, default=()
        Which; by default all.
    """
    figure, axes = plt.subplots(figsize=(style.COLUMN_WIDTH + 2, 3.4))
    kept = comparison.tables[table].kept
    looks = itertools.product(("--", ":", "-."), map(plt.get_cmap("Dark2"), range(8)))
    for method in methods or methods_of(comparison):
        line, colour = ("-", style.BLUE) if method == OURS else next(looks)
        cell = comparison.results[table].get(method)
        if cell:
            axes.plot(
                kept,
                getattr(cell, curve),
                color=colour,
                linestyle=line,
                linewidth=BROAD if method == OURS else 1.3,
                label=method,
            )
    axes.set(xscale="log", xlabel="inputs kept", ylabel=score_on(comparison, [table]), title=table)
    axes.set_xticks(kept, [str(number) for number in kept])
    axes.minorticks_off()
    figure.legend(loc="outside right center")
    return figure
