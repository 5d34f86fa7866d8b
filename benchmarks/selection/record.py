"""The public benchmark: which share of the true inputs stands among the first of a ranking.

    python -m benchmarks.selection.record [--quick] [--inputs 512] [--folds 2] [--method spectral]

Six folds, in order; a method sees the rows of the others, and neither the set's name nor how many
inputs decide. Each fold is stored by itself; the same command goes on where it was. What all of it
says goes into ``record.json``, beside what was published; ``reproduce/comparison`` draws it.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.selection.code_of_results import code_of, versions
from benchmarks.selection.compared_methods import at_hand
from benchmarks.selection.file_options import InputsOfSets, file_options, usual_output
from benchmarks.selection.kept_results import Result, numbers, provenance, work_through
from benchmarks.selection.public_ranking import FOLDS, ON_PUBLIC_SETS, ranked, within
from benchmarks.selection.public_sets import RELEVANT
from spectral.running.files import write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import dask_option, workers_option
from spectral.running.workers import processes_at

Key = tuple[str, str, int, int]
"""A method, a set, a number of inputs, and a fold."""

PUBLISHED = Path(__file__).with_name("published.csv")
INPUTS = (32, 64, 128, 256, 512, 1024, 2048)
QUICK_INPUTS, QUICK_FOLDS = (32,), 1
SHARED = ("public_ranking.py", "public_sets.py", "known_truth.py", "plain_forest.py")
"""What decides the numbers of all methods, but for the package's order of scores, which a test
holds to what it is."""


def codes_on_public_sets(methods: Sequence[str]) -> dict[str, str]:
    """What stands for the code behind the results of each method."""
    return {method: code_of(ON_PUBLIC_SETS[method], SHARED) for method in methods}


def measure_folds(
    methods: Sequence[str], inputs: Sequence[int], folds: int, stored: Path, workers: int
) -> dict[Key, Result]:
    """Run the methods; a result for each method, set, number of inputs and fold."""
    keys: list[Key] = [
        (method, name, number, fold)
        for fold in range(folds)
        for number in inputs
        for method in methods
        for name in RELEVANT
        if within(method, number, fold)
    ]
    codes = codes_on_public_sets(methods)
    names = {key: " / ".join([*map(str, key), codes[key[0]]]) for key in keys}
    tasks = {names[key]: partial(ranked, ON_PUBLIC_SETS[key[0]], *key[1:]) for key in keys}
    results = work_through(stored, tasks, workers)
    return {key: results[names[key]] for key in keys}


def as_table(results: Mapping[Key, Result]) -> pd.DataFrame:
    """A row for each result."""
    described = ("method", "set", "inputs", "fold")
    return pd.DataFrame(
        [
            dict(zip(described, key, strict=True)) | numbers(result)
            for key, result in results.items()
        ]
    )


def nested(frame: pd.DataFrame) -> dict[str, Any]:
    """By method, set and number of inputs: lists over the folds, as JSON has it."""
    found: dict[str, Any] = {}
    for (method, name, inputs), rows in frame.groupby(["method", "set", "inputs"], sort=False):
        of_set = found.setdefault(method, {}).setdefault(name, {})
        of_set[str(inputs)] = {
            measure: rows[measure].tolist()
            for measure in ("best_k", "best_2k", "seconds")
            if measure in rows
        }
    return found


def published() -> dict[str, Any]:
    """What was published, in the same way: means over six folds."""
    frame = pd.read_csv(PUBLISHED, comment="#").rename(columns={"data set": "set"})
    return nested(frame)


def print_means(frame: pd.DataFrame) -> None:
    """A line for each method and set, a column for each number of inputs."""
    means = frame.groupby(["method", "set", "inputs"])["best_k"].mean().unstack("inputs")
    table = Table("method", "set", *map(str, means.columns), "mean")
    for (method, name), row in means.iterrows():
        table.add_row(method, name, *(f"{value:.2f}" for value in row), f"{row.mean():.2f}")
    Console(width=120).print(table)


@click.command()
@click.option("--quick", is_flag=True, help="32 inputs, one fold: minutes.")
@click.option("--inputs", multiple=True, type=InputsOfSets)
@click.option("--folds", type=click.IntRange(1, FOLDS))
@click.option("--method", "wanted", multiple=True, type=click.Choice([*ON_PUBLIC_SETS]))
@file_options("record")
@workers_option
@dask_option
def main(
    quick: bool,
    inputs: tuple[int, ...],
    folds: int | None,
    wanted: tuple[str, ...],
    output: Path | None,
    stored: Path,
    workers: int | None,
    dask: str | None,
) -> None:
    """Run the methods on the public benchmark and print their means."""
    methods = at_hand(ON_PUBLIC_SETS, wanted)
    if not any(within(method, number, 0) for method in methods for number in inputs or INPUTS):
        raise click.UsageError("nothing is run: the methods are not at hand, or not for such sizes")
    with processes_at(dask, workers, "cpu") as processes:
        results = measure_folds(
            methods,
            inputs or (QUICK_INPUTS if quick else INPUTS),
            folds or (QUICK_FOLDS if quick else FOLDS),
            stored,
            processes,
        )
    frame = as_table(results)
    in_part = bool(inputs or folds or wanted) or len(methods) < len(ON_PUBLIC_SETS)
    output = output or usual_output(quick, in_part)
    write_json(
        output / "record.json",
        {
            "preset": "part" if in_part else "quick" if quick else "full",
            "relevant": dict(RELEVANT),
            "measured": nested(frame),
            "published": published(),
            "provenance": provenance(results.values())
            | {
                "code": codes_on_public_sets(methods),
                "versions": versions(ON_PUBLIC_SETS[name] for name in methods),
            },
        },
    )
    print_means(frame)


if __name__ == "__main__":
    interruptible(lambda: run_command(main, sys.argv[1:], "python -m benchmarks.selection.record"))
