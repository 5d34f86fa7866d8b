"""How much a number of the public benchmark hangs on the draw of its table.

    python -m benchmarks.selection.draws

The publication drew each of its tables once, with no seed, for each method anew. Here mutual
information and a random forest, with its settings, rank tables of other draws. What comes out goes
into ``draws.json``, beside the published numbers.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.model_selection import KFold

from benchmarks.selection.code_of_results import code_of, versions
from benchmarks.selection.file_options import file_options, usual_output
from benchmarks.selection.kept_results import Result, provenance, work_through
from benchmarks.selection.public_ranking import FOLDS, ON_PUBLIC_SETS
from benchmarks.selection.public_sets import RELEVANT, ROWS, public_set
from benchmarks.selection.record import SHARED, published
from spectral.running.files import write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import workers_option
from spectral.running.workers import processes_at
from spectral.tables.selected_columns import ranks

Key = tuple[str, str, int, int]
"""A method, a set, a number of inputs, and a draw."""

INPUTS = (32, 64, 128, 256, 512)
DRAWS: Mapping[str, int] = {"mutual information": 9, "random forest": 3}
"""Tables of each set and size."""
PUBLISHED_AS = {
    "mutual information": "mutual information",
    "random forest": "random forest (500 trees)",
}


def best_k_of_draw(method: str, name: str, inputs: int, draw: int) -> Result:
    """The mean over the folds of one table."""
    known = public_set(name, inputs, seed=draw)
    found = []
    for fold, (rows, _) in enumerate(KFold(FOLDS).split(np.arange(ROWS))):
        seen = known.rows(rows)
        scores = ON_PUBLIC_SETS[method].scores(seen.X, seen.y, "classification", fold)
        found.append(seen.found_among(ranks(scores), RELEVANT[name]))
    return {"best_k": float(np.mean(found))}


def measure_draws(stored: Path, workers: int) -> dict[Key, Result]:
    """By method, set, number of inputs and draw: best-k."""
    keys = [
        (method, name, inputs, draw)
        for method, draws in DRAWS.items()
        for name in RELEVANT
        for inputs in INPUTS
        for draw in range(1, draws + 1)
    ]
    codes = codes_of_draws()
    names = {key: " / ".join([*map(str, key), codes[key[0]]]) for key in keys}
    tasks = {names[key]: partial(best_k_of_draw, *key) for key in keys}
    results = work_through(stored, tasks, workers)
    return {key: results[names[key]] for key in keys}


def codes_of_draws() -> dict[str, str]:
    """What stands for the code behind the results of each method."""
    return {method: code_of(ON_PUBLIC_SETS[method], (*SHARED, "draws.py")) for method in DRAWS}


def beside_published(results: Mapping[Key, Result]) -> dict[str, Any]:
    """By method, set and number of inputs: best-k of each draw, and what was published."""
    known = published()
    return {
        method: {
            name: {
                str(inputs): {
                    "published": known[PUBLISHED_AS[method]][name][str(inputs)]["best_k"][0],
                    "drawn": [
                        results[method, name, inputs, draw]["best_k"]
                        for draw in range(1, draws + 1)
                    ],
                }
                for inputs in INPUTS
            }
            for name in RELEVANT
        }
        for method, draws in DRAWS.items()
    }


@click.command()
@file_options("draws", can_be_quick=False)
@workers_option
def main(output: Path | None, stored: Path, workers: int | None) -> None:
    """Rank other draws of the public tables by mutual information and a random forest."""
    with processes_at(None, workers, "cpu") as processes:
        results = measure_draws(stored, processes)
    output = output or usual_output(quick=False)
    told = {
        "code": codes_of_draws(),
        "versions": versions(ON_PUBLIC_SETS[method] for method in DRAWS),
    }
    write_json(
        output / "draws.json",
        {
            "methods": beside_published(results),
            "provenance": provenance(results.values()) | told,
        },
    )
    click.echo(str(output / "draws.json"))


if __name__ == "__main__":
    interruptible(lambda: run_command(main, sys.argv[1:], "python -m benchmarks.selection.draws"))
