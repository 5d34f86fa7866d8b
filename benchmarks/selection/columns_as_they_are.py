"""What networks on the columns as they are change, where columns go together or add up.

    python -m benchmarks.selection.columns_as_they_are [--draws 3]

The selector with them and without, on own sets. Each piece of work is stored by itself; the same
command goes on where it was. Results go into ``columns_as_they_are.json``.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import sys
from functools import partial
from pathlib import Path
from unittest.mock import patch

import click
import numpy as np
from sklearn.metrics import average_precision_score

from benchmarks.selection.code_of_results import code_of, versions
from benchmarks.selection.kept_results import Result, numbers, provenance, work_through
from benchmarks.selection.own_neighbours import NEIGHBOURS, own_neighbours
from benchmarks.selection.public_ranking import ON_PUBLIC_SETS
from spectral import SpectralFeatureSelector
from spectral.running.files import write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import workers_option
from spectral.running.workers import processes_at
from spectral.selection.column_training import FEW_ENOUGH

RESULTS = Path(__file__).with_name("columns_as_they_are.json")
STORED = Path("runs") / "columns_as_they_are.json"
SELECTOR = ON_PUBLIC_SETS["spectral"]
DECIDING = ("columns_as_they_are.py", "known_truth.py", "own_neighbours.py")
WAYS = {"with": FEW_ENOUGH, "without": ()}
"""When networks on the columns as they are are tried: as always, or never."""


def selected(way: str, name: str, number: int) -> Result:
    """How the selector ranks the columns of a draw, and what it selects."""
    known = own_neighbours(name, number)
    with patch("spectral.selection.column_training.FEW_ENOUGH", WAYS[way]):
        selector = SpectralFeatureSelector(random_state=number, n_jobs=1).fit(known.X, known.y)
    chosen = np.flatnonzero(selector.support_)
    decides = np.isin(np.arange(known.X.shape[1]), known.true)
    return {
        "precision": float(average_precision_score(decides, -selector.ranking_)),
        "true": len(known.true),
        "found": len(np.intersect1d(chosen, known.true)),
        "wrong": len(np.setdiff1d(chosen, known.true)),
    }


@click.command()
@click.option("--draws", type=click.IntRange(min=1), default=3, show_default=True)
@workers_option
def main(draws: int, workers: int | None) -> None:
    """Select columns of all draws of all sets, in both ways."""
    keys = [(way, name, number) for number in range(draws) for name in NEIGHBOURS for way in WAYS]
    code = code_of(SELECTOR, DECIDING)
    names = {key: " / ".join([*map(str, key), code]) for key in keys}
    tasks = {names[key]: partial(selected, *key) for key in keys}
    with processes_at(None, workers, "cpu") as processes:
        results = work_through(STORED, tasks, processes)
    found = {
        way: {
            name: [numbers(results[names[way, name, number]]) for number in range(draws)]
            for name in NEIGHBOURS
        }
        for way in WAYS
    }
    told = provenance(results.values()) | {"code": code, "versions": versions([SELECTOR])}
    write_json(RESULTS, {"provenance": told, "sets": found})
    click.echo(str(RESULTS))


if __name__ == "__main__":
    interruptible(
        lambda: run_command(
            main, sys.argv[1:], "python -m benchmarks.selection.columns_as_they_are"
        )
    )
