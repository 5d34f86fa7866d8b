"""The public benchmark: which share of the true inputs stands among the first of a ranking.

    python -m benchmarks.selection.record [--inputs 512] [--folds 2] [--method spectral]

Six folds, in order; a method sees the rows of the others, and neither the set's name nor how many
inputs decide. Results go into ``record.json``, one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
from joblib import cpu_count
from rich.console import Console
from rich.table import Table
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import mutual_info_classif
from sklearn.model_selection import KFold

from benchmarks.selection.kept_results import Result, work_through
from benchmarks.selection.public_sets import RELEVANT, ROWS, public_set
from spectral import SpectralFeatureSelector
from spectral.tables.selected_columns import ranks

RESULTS = Path(__file__).with_name("record.json")
PUBLISHED = Path(__file__).with_name("published.csv")
INPUTS = (32, 64, 128, 256, 512, 1024, 2048)
FOLDS = 6


def spectral_ranking(X: np.ndarray, y: np.ndarray, seed: int, **options: Any) -> np.ndarray:
    selector = SpectralFeatureSelector(random_state=seed, n_jobs=1, **options)
    return selector.fit(X, y).ranking_


def random_forest(X: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    forest = RandomForestClassifier(500, random_state=seed, n_jobs=1)
    return ranks(forest.fit(X, y).feature_importances_)


def mutual_information(X: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    return ranks(mutual_info_classif(X, y, random_state=seed))


METHODS: Mapping[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    "spectral": spectral_ranking,
    "spectral, one training": partial(spectral_ranking, strategy="single"),
    "random forest": random_forest,
    "mutual information": mutual_information,
}
"""Each ranks columns, 1 for the best. Beside this package's defaults, the settings published."""


def ranked(method: str, name: str, inputs: int, fold: int) -> Result:
    """How well a method does on the rows that one fold leaves."""
    known = public_set(name, inputs)
    training, _ = list(KFold(FOLDS).split(np.arange(ROWS)))[fold]
    known = known.rows(training)
    started = time.perf_counter()
    ranking = METHODS[method](known.X, known.y, fold)
    return {
        "best_k": known.found_among(ranking, RELEVANT[name]),
        "best_2k": known.found_among(ranking, 2 * RELEVANT[name]),
        "seconds": round(time.perf_counter() - started, 2),
    }


def means(results: Mapping[str, Result]) -> pd.DataFrame:
    """The mean of best-k over the folds, for each method, set and number of inputs."""
    rows = [
        dict(zip(("method", "set", "inputs", "fold"), name.split(" / "), strict=True)) | {**result}
        for name, result in results.items()
    ]
    frame = pd.DataFrame(rows).astype({"inputs": int})
    return frame.groupby(["method", "set", "inputs"])[["best_k", "best_2k", "seconds"]].mean()


def print_means(results: Mapping[str, Result]) -> None:
    """A line for each method and set, a column for each number of inputs."""
    frame = means(results)["best_k"].unstack("inputs")
    table = Table("method", "set", *map(str, frame.columns), "mean")
    for (method, name), row in frame.iterrows():
        table.add_row(method, name, *(f"{value:.2f}" for value in row), f"{row.mean():.2f}")
    Console(width=120).print(table)


@click.command()
@click.option("--inputs", multiple=True, type=int, default=INPUTS)
@click.option("--folds", type=click.IntRange(1, FOLDS), default=FOLDS)
@click.option("--method", "methods", multiple=True, default=tuple(METHODS))
@click.option("--workers", type=int, default=cpu_count())
def main(inputs: tuple[int, ...], folds: int, methods: tuple[str, ...], workers: int) -> None:
    """Run the methods and print their means."""
    tasks = {
        f"{method} / {name} / {number} / {fold}": partial(ranked, method, name, number, fold)
        for fold in range(folds)
        for number in inputs
        for method in methods
        for name in RELEVANT
    }
    print_means(work_through(RESULTS, tasks, workers))


if __name__ == "__main__":
    main()
