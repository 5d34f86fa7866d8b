"""Draws the matrix of methods by tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce.comparison.comparison_measures import (
    has_known,
    mean_and_spread,
    methods_of,
    score_on,
)
from reproduce.comparison.comparison_results import ComparisonRecord

SIGNIFICANT = 0.05
LEAST_COLUMNS = 3
"""A block is as wide as so many, for its title."""
DARK = 0.15
"""Closer to the best than this, a cell is dark."""


def draw_matrix(
    comparison: ComparisonRecord, tables: Sequence[str] = (), methods: Sequence[str] = ()
) -> Figure:
    """The mean measure of every method on every table: precision where there is a truth.

    Parameters
    ----------
    comparison : ComparisonRecord
        Methods on tables.
    tables, methods : sequence of str, default=()
        Which; by default all.
    """
    methods = methods or methods_of(comparison)
    tables = tables or [*comparison.results]
    blocks = {
        measure: names
        for measure in ("precision", "retrained_area")
        if (names := [name for name in tables if has_known(comparison, name, measure)])
    }
    widths = [max(len(names), LEAST_COLUMNS) for names in blocks.values()]
    figure, panels = plt.subplots(
        1,
        len(blocks),
        figsize=(1.9 + 0.56 * sum(widths), 1.6 + 0.3 * len(methods)),
        width_ratios=widths,
        sharey=True,
        squeeze=False,
    )
    for axes, (measure, names) in zip(panels[0], blocks.items(), strict=True):
        draw_block(axes, comparison, measure, names, methods)
        if measure == "precision":
            axes.set_title("average precision\nof the true inputs")
        else:
            axes.set_title(f"{score_on(comparison, names)}\nwith the first inputs")
    return figure


def draw_block(
    axes: Axes,
    comparison: ComparisonRecord,
    measure: str,
    tables: Sequence[str],
    methods: Sequence[str],
) -> None:
    """Means and deviations of one measure, shaded by how far they are below the column's best."""
    numbers, spreads = np.array(
        [
            [mean_and_spread(comparison, table, method, measure) for table in tables]
            for method in methods
        ]
    ).transpose(2, 0, 1)
    best = np.nanmax(numbers, axis=0)
    axes.imshow(numbers - best, cmap="Blues", vmin=-0.4, vmax=0.12, aspect="auto")
    for row, column in np.ndindex(*numbers.shape):
        number, spread = numbers[row, column], spreads[row, column]
        told = "–" if np.isnan(number) else f"{number:.2f}"
        weight = "bold" if told == f"{best[column]:.2f}" else "normal"
        tested = comparison.tests.get(measure, {}).get(methods[row], {}).get(tables[column])
        if tested and tested.p is not None and tested.p < SIGNIFICANT:
            told += "*"
        shade = "white" if best[column] - number < DARK else "black"
        place: dict[str, Any] = {"color": shade, "ha": "center", "va": "center"}
        above = 0 if np.isnan(spread) else 0.14
        axes.text(column, row - above, told, fontsize=7, weight=weight, **place)
        if above:
            axes.text(column, row + 0.26, f"± {spread:.2f}", fontsize=5, **place)
    axes.set_xticks(range(len(tables)), tables)
    if len(tables) > 1:
        plt.setp(axes.get_xticklabels(), rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(methods)), methods)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
