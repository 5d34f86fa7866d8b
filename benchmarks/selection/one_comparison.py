"""One method on one table, once: all that is measured of it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.selection.compared_methods import Method, Ranking
from benchmarks.selection.compared_tables import ComparedTable, Rows
from benchmarks.selection.inputs_kept import by_masking, by_retraining, numbers_kept
from benchmarks.selection.own_process import FunctionFailedError, measured
from benchmarks.selection.plain_network import trained_network
from benchmarks.selection.ranking_metrics import (
    agreement,
    area,
    correlation_with_true,
    precision_of_true,
)
from benchmarks.this_machine import machine
from spectral.tables.selected_columns import ranks
from spectral.tables.targets import Task

OTHER_SEED = 1000
"""Added to the seed where a ranking is made again."""
STEADY = 3
"""In so many repetitions, the first, rankings are made again: the slowest take minutes."""


def compared(table: ComparedTable, method: Method, repetition: int) -> dict[str, Any]:
    """What a method makes of the rows of a repetition; or in one sentence why it fails."""
    with warnings.catch_warnings(action="ignore"):
        rows = table.draw(repetition)
        try:
            ranked = measured(method.scores, rows.X, rows.y, table.task, repetition)
            return (
                {"machine": machine(), "rows": len(rows.X)}
                | {"seconds": ranked.seconds, "memory": ranked.memory}
                | against_the_truth(ranked.result, rows)
                | predictive(ranked.result, rows, table.task, repetition)
                | steady(ranked.result, method, rows, table.task, repetition)
            )
        except FunctionFailedError as error:
            return {"failed": str(error)}


def against_the_truth(scores: np.ndarray, rows: Rows) -> dict[str, float | None]:
    """Nothing where the truth is not known."""
    if rows.relevance is None:
        return {"precision": None, "correlation": None}
    return {
        "precision": precision_of_true(scores, rows.relevance),
        "correlation": correlation_with_true(scores, rows.relevance),
    }


def predictive(scores: np.ndarray, rows: Rows, task: Task, repetition: int) -> dict[str, Any]:
    """The curves against the number of inputs kept, and the areas below them."""
    order = np.argsort(ranks(scores))
    kept = numbers_kept(len(order))
    network = trained_network(rows.X, rows.y, task, repetition)  # the same for all methods
    masked = by_masking(network, rows, order, kept)
    retrained = by_retraining(rows, task, order, kept)
    return {
        "kept": kept,
        "masked": masked,
        "retrained": retrained,
        "masked_area": area(kept, masked),
        "retrained_area": area(kept, retrained),
    }


def steady(
    scores: np.ndarray, method: Method, rows: Rows, task: Task, repetition: int
) -> dict[str, float | None]:
    """The agreement with another seed, and that of the two halves of the rows; not every time."""
    if repetition >= STEADY:
        return {}
    half = np.random.default_rng([repetition, 5]).permutation(len(rows.X)) % 2 == 0
    parts = [
        (rows.X, rows.y, task, OTHER_SEED + repetition),
        (rows.X[half], rows.y[half], task, repetition),
        (rows.X[~half], rows.y[~half], task, repetition),
    ]
    again, first, second = measured(all_scores, method.scores, parts).result
    return {"seeds": agreement(scores, again), "halves": agreement(first, second)}


def all_scores(rank: Ranking, parts: Sequence[tuple[Any, ...]]) -> list[np.ndarray]:
    """A ranking for each of several sets of arguments."""
    return [rank(*part) for part in parts]
