"""The comparison: every method on every table, five times.

    python -m benchmarks.selection.comparison [--quick] [--table wine] [--method SHAP]

Each table, method and repetition is stored by itself; the same command goes on where it was. What
all of it says goes into ``comparison.json``, which ``reproduce/comparison.py`` draws. On a cluster
(``--dask``) the workers have to be started in this folder, by ``python -m``, with its packages.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.selection.code_of_results import code_of, versions
from benchmarks.selection.compared_methods import METHODS, at_hand
from benchmarks.selection.compared_tables import TABLES, ComparedTable, ten_digits
from benchmarks.selection.file_options import file_options, usual_output
from benchmarks.selection.kept_results import work_through
from benchmarks.selection.one_comparison import compared
from benchmarks.selection.summary import summarised
from benchmarks.this_machine import machine
from spectral.running.files import write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import dask_option, workers_option
from spectral.running.workers import processes_at

REPETITIONS = 5
QUICK_REPETITIONS = 1
QUICK_TABLES = ("Friedman", "wine")
TEN_DIGITS = "MNIST"
SHARED = (
    "compared_tables.py",
    "inputs_kept.py",
    "one_comparison.py",
    "own_process.py",
    "plain_forest.py",
    "plain_network.py",
    "ranking_metrics.py",
)
"""What decides the numbers of all methods."""


def measure_all(
    tables: dict[str, ComparedTable],
    methods: list[str],
    repetitions: int,
    stored: Path,
    workers: int,
) -> dict[str, Any]:
    """Compare the methods on the tables; what is stored is not measured again."""
    keys = [
        (table, method, repetition)
        for repetition in range(repetitions)
        for table in tables
        for method in methods
    ]
    codes = {method: code_of(METHODS[method], SHARED) for method in methods}
    names = {key: " / ".join([*map(str, key), codes[key[1]]]) for key in keys}
    tasks = {
        names[table, method, repetition]: partial(
            compared, tables[table], METHODS[method], repetition
        )
        for table, method, repetition in keys
    }
    results = work_through(stored, tasks, workers)
    return summarised({key: results[names[key]] for key in keys}, tables)


def tables_at_hand(wanted: tuple[str, ...], mnist: Path | None) -> dict[str, ComparedTable]:
    """Those whose files are there; what is left out is said."""
    tables = {name: TABLES[name] for name in wanted if name in TABLES}
    if TEN_DIGITS in wanted:
        if mnist:
            tables[TEN_DIGITS] = ten_digits(mnist)
        else:
            click.echo(f"{TEN_DIGITS} is left out: --mnist names no folder of its files", err=True)
    return tables


@click.command()
@click.option("--quick", is_flag=True, help="Two small tables, once: minutes.")
@click.option("--table", "wanted", multiple=True, type=click.Choice([*TABLES, TEN_DIGITS]))
@click.option("--method", "methods", multiple=True, type=click.Choice([*METHODS]))
@click.option("--repetitions", type=click.IntRange(min=1))
@click.option(
    "--mnist",
    type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
    envvar="MNIST_FOLDER",
    help="Folder of the official files, in torchvision's layout.",
)
@file_options("comparison")
@workers_option
@dask_option
def main(
    quick: bool,
    wanted: tuple[str, ...],
    methods: tuple[str, ...],
    repetitions: int | None,
    mnist: Path | None,
    output: Path | None,
    stored: Path,
    workers: int | None,
    dask: str | None,
) -> None:
    """Compare methods that rank columns, on tables with and without a truth."""
    usual = QUICK_TABLES if quick else (*TABLES, TEN_DIGITS)
    tables = tables_at_hand(wanted or usual, mnist)
    chosen = at_hand(METHODS, methods)
    with processes_at(dask, workers, "cpu") as processes:
        summary = measure_all(
            tables,
            chosen,
            repetitions or (QUICK_REPETITIONS if quick else REPETITIONS),
            stored,
            processes,
        )
    for table, reasons in summary["failed"].items():
        for method, reason in reasons.items():
            click.echo(f"{method} failed on {table}: {reason}", err=True)
    output = output or usual_output(quick)
    write_json(
        output / "comparison.json",
        {"preset": "part" if wanted or methods or repetitions else "quick" if quick else "full"}
        | summary
        | {"machine": machine(), "versions": versions(METHODS[name] for name in chosen)},
    )
    click.echo(str(output / "comparison.json"))


if __name__ == "__main__":
    interruptible(
        lambda: run_command(main, sys.argv[1:], "python -m benchmarks.selection.comparison")
    )
