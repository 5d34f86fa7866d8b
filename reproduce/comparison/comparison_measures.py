"""What the results of the comparison with other methods come to: means, spreads, differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reproduce.comparison.comparison_results import (
    ALL_TABLES,
    ComparisonRecord,
    Folds,
    PublicRecord,
)

OURS = "spectral"
"""This package's method, against which all others are tested."""


def mean_line(of_set: dict[str, Folds]) -> tuple[list[int], list[float]]:
    """Numbers of inputs, and the mean of best-k over the folds at each."""
    numbers = sorted(map(int, of_set))
    return numbers, [float(np.mean(of_set[str(number)].best_k)) for number in numbers]


LEAST = 32
"""Means over the numbers of inputs of the public benchmark begin with so many."""


def mean_best_k(record: PublicRecord, least: int = LEAST) -> dict[str, dict[str, float]]:
    """The mean of best-k over the numbers of inputs from ``least`` on, for each method and set.

    Parameters
    ----------
    record : PublicRecord
        The public benchmark.
    least : int, default=LEAST
        The smallest number of inputs that counts.

    Returns
    -------
    dict
        By method, those published after those run here: a mean for each set, ``"mean"`` over the
        sets, and ``"largest"``, the largest number of inputs. A method that was run to another
        number cannot be compared by its mean; one that was run on no set with so many inputs is
        left out.
    """
    published = {f"{method}, published": found for method, found in record.published.items()}
    rows = {}
    for method, of_method in (record.measured | published).items():
        lines = {
            name: line
            for name, of_set in of_method.items()
            if (line := [pair for pair in zip(*mean_line(of_set), strict=True) if pair[0] >= least])
        }
        if not lines:
            continue
        means = {name: float(np.mean([share for _, share in line])) for name, line in lines.items()}
        largest = max(number for line in lines.values() for number, _ in line)
        rows[method] = means | {"mean": float(np.mean([*means.values()])), "largest": largest}
    return rows


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
    return mean_and_spread(comparison, table, method, measure)[0]


def mean_and_spread(
    comparison: ComparisonRecord, table: str, method: str, measure: str
) -> tuple[float, float]:
    """The mean over the repetitions and their standard deviation; NaN where they are not known."""
    cell = comparison.results[table].get(method)
    known: list[float | None] = [None] if cell is None else getattr(cell, measure)
    numbers = np.array(known, dtype=float)
    return float(numbers.mean()), float(numbers.std(ddof=1)) if len(numbers) > 1 else float("nan")


def ahead_of(comparison: ComparisonRecord, measure: str) -> dict[str, tuple[float, float | None]]:
    """By how much the spectral ranking is ahead of each method over all tables, and its p."""
    return {
        method: (tested[ALL_TABLES].difference, tested[ALL_TABLES].p)
        for method, tested in comparison.tests[measure].items()
    }
