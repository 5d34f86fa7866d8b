"""Draws the comparison with other methods from its stored results."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce.comparison_results import ALL_TABLES, ComparisonRecord, Folds, PublicRecord
from spectral.appearance import style

OURS = "spectral"
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
SIGNIFICANT = 0.05
LEAST_COLUMNS = 3
"""A block of the matrix is as wide as so many, for its title."""
DARK = 0.15
"""Closer to the best than this, a cell is dark."""


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
            axes.plot(*mean_line(of_method[name]), color=style.GREY, alpha=0.35, linewidth=0.8)
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


def mean_line(of_set: dict[str, Folds]) -> tuple[list[int], list[float]]:
    """Numbers of inputs, and the mean of best-k over the folds at each."""
    numbers = sorted(map(int, of_set))
    return numbers, [float(np.mean(of_set[str(number)].best_k)) for number in numbers]


def mean_best_k(record: PublicRecord, least: int = 32) -> dict[str, dict[str, float]]:
    """The mean of best-k over the numbers of inputs from ``least`` on, for each method and set.

    Parameters
    ----------
    record : PublicRecord
        The public benchmark.
    least : int, default=32
        The smallest number of inputs that counts.

    Returns
    -------
    dict
        By method, those published after those run here: a mean for each set, ``"mean"`` over the
        sets, and ``"largest"``, the largest number of inputs. A method that was run to another
        number cannot be compared by its mean.
    """
    published = {f"{method}, published": found for method, found in record.published.items()}
    rows = {}
    for method, of_method in (record.measured | published).items():
        lines = {
            name: [(n, share) for n, share in zip(*mean_line(of_set), strict=True) if n >= least]
            for name, of_set in of_method.items()
        }
        means = {name: float(np.mean([share for _, share in line])) for name, line in lines.items()}
        largest = max(number for line in lines.values() for number, _ in line)
        rows[method] = means | {"mean": float(np.mean([*means.values()])), "largest": largest}
    return rows


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
        figsize=(1.9 + 0.56 * sum(widths), 1.6 + 0.25 * len(methods)),
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
    """The numbers of one measure, shaded by how far they are below the best of their column."""
    numbers = np.array(
        [[mean_of(comparison, table, method, measure) for table in tables] for method in methods]
    )
    best = np.nanmax(numbers, axis=0)
    axes.imshow(numbers - best, cmap="Blues", vmin=-0.4, vmax=0.12, aspect="auto")
    for row, column in np.ndindex(*numbers.shape):
        number = numbers[row, column]
        told = "–" if np.isnan(number) else f"{number:.2f}"
        tested = comparison.tests.get(measure, {}).get(methods[row], {}).get(tables[column])
        if tested and tested.p is not None and tested.p < SIGNIFICANT:
            told += "*"
        weight = "bold" if told[:4] == f"{best[column]:.2f}" else "normal"
        shade = "white" if best[column] - number < DARK else "black"
        axes.text(
            column, row, told, ha="center", va="center", fontsize=7, weight=weight, color=shade
        )
    axes.set_xticks(range(len(tables)), tables)
    if len(tables) > 1:
        plt.setp(axes.get_xticklabels(), rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(methods)), methods)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


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


def score_on(comparison: ComparisonRecord, tables: Sequence[str]) -> str:
    """How predictions are scored on tables: accuracy of classes, R² of numbers."""
    tasks = {comparison.tables[name].task for name in tables}
    names = {"classification": "accuracy", "regression": "R²"}
    return " or ".join(name for task, name in names.items() if task in tasks)


def methods_of(comparison: ComparisonRecord) -> list[str]:
    """The methods, in the order of the results."""
    return [*dict.fromkeys(name for each in comparison.results.values() for name in each)]


def has_known(comparison: ComparisonRecord, table: str, measure: str) -> bool:
    """Whether any method has that measure on a table, where a precision comes before an area."""
    cells = comparison.results[table].values()
    known = {
        each: any(None not in getattr(cell, each) for cell in cells)
        for each in ("precision", "retrained_area")
    }
    return known[measure] and (measure == "precision" or not known["precision"])


def mean_of(comparison: ComparisonRecord, table: str, method: str, measure: str) -> float:
    """The mean over the repetitions; NaN where it is not known."""
    cell = comparison.results[table].get(method)
    numbers: list[float | None] = [None] if cell is None else getattr(cell, measure)
    return float(np.mean([float("nan") if number is None else number for number in numbers]))


def ahead_of(comparison: ComparisonRecord, measure: str) -> dict[str, tuple[float, float | None]]:
    """By how much the spectral ranking is ahead of each method over all tables, and its p."""
    return {
        method: (tested[ALL_TABLES].difference, tested[ALL_TABLES].p)
        for method, tested in comparison.tests[measure].items()
    }
