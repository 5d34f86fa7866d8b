"""How many columns are selected: of noise, and where it is known what decides.

    python -m benchmarks.selection.cut [--noise 200] [--tables 60]

On pure noise nothing should be selected; of what is selected elsewhere few columns should be
wrong, and those that a random forest ranks first should be found. Each table is stored by itself;
the same command goes on where it was. Results go into ``cut.json``.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import click
import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from benchmarks.selection.code_of_results import code_of, versions
from benchmarks.selection.kept_results import Result, numbers, provenance, work_through
from benchmarks.selection.known_truth import KnownTruth
from benchmarks.selection.own_sets import FORMULAS, own_set
from benchmarks.selection.public_ranking import ON_PUBLIC_SETS
from spectral import SpectralFeatureSelector
from spectral.running.files import write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import workers_option
from spectral.running.workers import processes_at
from spectral.tables.selected_columns import ranks

RESULTS = Path(__file__).with_name("cut.json")
STORED = Path("runs") / "cut.json"
SELECTOR = ON_PUBLIC_SETS["spectral"]
DECIDING = ("cut.py", "known_truth.py", "own_sets.py")
FEWEST, MOST = 20, 500
"""Columns of a table of noise."""
ROWS = (200, 400, 800)
FREQUENT = 0.9


def noise(number: int) -> KnownTruth:
    """A table of independent normal columns, and a target that has nothing to do with them."""
    random = np.random.default_rng([99, number])
    columns = int(np.exp(random.uniform(np.log(FEWEST), np.log(MOST))))
    rows = int(random.choice(ROWS))
    X = random.normal(size=(rows, columns))
    y = random.normal(size=rows) if number % 2 else random.integers(2, size=rows)
    return KnownTruth("noise", X, y, np.array([], dtype=int))


def table_with_a_truth(number: int) -> KnownTruth:
    """One of the sets that the selector was developed on, drawn anew, of 20 to 500 columns."""
    random = np.random.default_rng([98, number])
    name = list(FORMULAS)[number % len(FORMULAS)]
    columns = int(np.exp(random.uniform(np.log(FEWEST), np.log(MOST))))
    return own_set(name, columns, seed=1000 + number)


def selected(make: Callable[[int], KnownTruth], number: int) -> Result:
    """What is selected of one table, and whether a random forest ranks what decides first."""
    known = make(number)
    started = time.perf_counter()
    selector = SpectralFeatureSelector(random_state=number, n_jobs=1).fit(known.X, known.y)
    seconds = time.perf_counter() - started
    chosen = np.flatnonzero(selector.support_)
    frequent = np.flatnonzero(selector.selection_frequency_ > FREQUENT)
    return {
        "set": known.name,
        "rows": len(known.X),
        "columns": known.X.shape[1],
        "true": len(known.true),
        "selected": len(chosen),
        "found": len(np.intersect1d(chosen, known.true)),
        "frequent": len(frequent),
        "frequent_and_true": len(np.intersect1d(frequent, known.true)),
        "forest_ranks_them_first": bool(len(known.true)) and forest_ranks_them_first(known),
        "seconds": round(seconds, 2),
    }


def forest_ranks_them_first(known: KnownTruth) -> bool:
    """Whether a random forest has all true columns before all others."""
    kind = RandomForestRegressor if known.y.dtype == float else RandomForestClassifier
    forest = kind(500, max_features="sqrt", random_state=0).fit(known.X, known.y)
    return known.found_among(ranks(forest.feature_importances_), len(known.true)) == 1


def summary(results: Mapping[str, Result]) -> dict[str, float]:
    """The shares that matter."""
    noisy = [result for result in results.values() if not result["true"]]
    told = [result for result in results.values() if result["true"]]
    easy = [result for result in told if result["forest_ranks_them_first"]]
    wrong = [1 - result["found"] / max(result["selected"], 1) for result in told]
    frequent = sum(result["frequent"] for result in results.values())
    return {
        "tables_of_noise": len(noisy),
        "nothing_selected_of_noise": float(np.mean([not r["selected"] for r in noisy])),
        "tables_with_a_truth": len(told),
        "wrong_among_selected": float(
            np.mean([w if r["selected"] else 0 for w, r in zip(wrong, told, strict=True)])
        ),
        "found": float(np.mean([result["found"] / result["true"] for result in told])),
        "tables_where_a_forest_ranks_them_first": len(easy),
        "found_there": float(np.mean([result["found"] / result["true"] for result in easy])),
        "true_among_frequent": sum(r["frequent_and_true"] for r in results.values()) / frequent,
    }


@click.command()
@click.option("--noise", "tables_of_noise", type=click.IntRange(min=1), default=200)
@click.option("--tables", type=click.IntRange(min=1), default=60)
@workers_option
def main(tables_of_noise: int, tables: int, workers: int | None) -> None:
    """Select columns of all tables and print the shares that matter."""
    tasks = {
        f"table {number}": partial(selected, table_with_a_truth, number) for number in range(tables)
    } | {f"noise {number}": partial(selected, noise, number) for number in range(tables_of_noise)}
    code = code_of(SELECTOR, DECIDING)
    names = {f"{name} / {code}": name for name in tasks}
    with processes_at(None, workers, "cpu") as processes:
        stored = work_through(STORED, {key: tasks[name] for key, name in names.items()}, processes)
    results = {names[key]: numbers(result) for key, result in stored.items()}
    told = provenance(stored.values()) | {"code": code, "versions": versions([SELECTOR])}
    write_json(RESULTS, {"provenance": told, "tables": results})
    for name, value in summary(results).items():
        print(f"{name.replace('_', ' ')}: {value:.3g}")


if __name__ == "__main__":
    interruptible(lambda: run_command(main, sys.argv[1:], "python -m benchmarks.selection.cut"))
