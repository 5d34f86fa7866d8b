"""Prints what the conditions and the parts of the selector come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from reproduce.ablation.conditions import CONDITIONS
from reproduce.experiments import EXPERIMENTS

TITLES = {condition.name: condition.title for condition in CONDITIONS}
DATA_SETS = {experiment.name: experiment.title for experiment in EXPERIMENTS}
OF_NETWORKS = {
    "average_precision": "average precision",
    "average_precision_of_eigenvalues": "of |λ|",
    "best_k": "best-k",
    "silent": "silent",
    "accuracy": "accuracy",
    "agreement": "agreement",
}
OF_SELECTORS = {"best_k": "best-k", "found": "found", "wrong": "wrong", "seconds": "seconds"}
"""The headings of what is shown of the benchmark."""
TABLE_WIDTH = 150
"""Columns of a table where there is no terminal."""
UNTOLD = "–"


def print_penalties(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    """A table for each data set, a line for each condition and strength: means over the seeds."""
    for name in dict.fromkeys(row["data_set"] for row in rows):
        own = [row for row in rows if row["data_set"] == name]
        first = own[0]["first"]
        table = Table(title=DATA_SETS.get(name, name), title_justify="left")
        for heading in (
            "penalty",
            "strength",
            "silent",
            "loudest",
            "half silent after epoch",
            "average precision (by |λ|)",
            "rank correlation (by |λ|)",
            "accuracy",
            f"with the first {first} (by |λ|)",
            "agreement",
            "shared",
        ):
            named = heading == "penalty"
            table.add_column(heading, justify="left" if named else "right", no_wrap=named)
        for row in own:
            table.add_row(
                TITLES[row["condition"]],
                f"{row['strength']:g}",
                percent(row["silent"]),
                percent(row["loudest"]),
                number(row["epochs_to_silence"], ".0f"),
                beside(number, row, "average_precision"),
                beside(number, row, "rank_correlation"),
                percent(row["accuracy"]),
                beside(percent, row, "accuracy_of_first"),
                number([row["agreement"]]),
                percent([row["shared"]]),
            )
        console.print(table)


def print_benchmark(console: Console, values: dict[str, Any]) -> None:
    """A table of the networks and one of the selector: means over the sets, by number of inputs."""
    networks, selectors = (pd.DataFrame(values[kind]) for kind in ("networks", "selectors"))
    networks["condition"] = networks["condition"].map(TITLES)
    for title, frame, lines, shown in (
        ("The public benchmark, one training", networks, ["condition", "strength"], OF_NETWORKS),
        ("The public benchmark, the selector without", selectors, ["left_out"], OF_SELECTORS),
    ):
        means = frame.groupby([*lines, "inputs"], sort=False)[list(shown)].agg(mean_told)
        table = Table(*lines, "inputs", title=title, title_justify="left")
        for heading in shown.values():
            table.add_column(heading, justify="right")
        for key, row in means.iterrows():
            cells = (number([row[name]]) for name in shown)
            table.add_row(
                *(f"{each:g}" if isinstance(each, float) else str(each) for each in key), *cells
            )
        console.print(table)


def mean_told(values: pd.Series) -> float | None:
    """The mean of those that are told."""
    told = values.dropna()
    return float(told.mean()) if len(told) else None


def mean_of_known(values: Iterable[float | None]) -> float | None:
    """The mean; None if one of the values is.

    Examples
    --------
    >>> mean_of_known([1.0, 2.0]), mean_of_known([1.0, None])
    (1.5, None)
    """
    known = list(values)
    return None if any(value is None for value in known) else float(np.mean(np.array(known)))


def beside(say: Callable[[Sequence[float | None]], str], row: dict[str, Any], key: str) -> str:
    """A value of the ranking by |λ|·‖ψ‖, and in brackets that of the ranking by |λ|."""
    return f"{say(row[key])} ({say(row[f'{key}_of_eigenvalues'])})"


def number(values: Iterable[float | None], form: str = ".3f") -> str:
    """Their mean in words.

    Examples
    --------
    >>> number([1, 2], ".1f"), number([None], ".1f")
    ('1.5', '–')
    """
    mean = mean_of_known(values)
    return UNTOLD if mean is None else f"{mean:{form}}"


def percent(values: Iterable[float | None]) -> str:
    """Their mean in percent.

    Examples
    --------
    >>> percent([0.5, 0.25])
    '37.5 %'
    """
    mean = mean_of_known(values)
    return UNTOLD if mean is None else f"{100 * mean:.1f} %"
