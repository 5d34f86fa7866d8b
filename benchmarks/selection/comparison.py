"""The comparison: every method on every table, five times.

    python -m benchmarks.selection.comparison [--quick] [--table wine] [--method SHAP]

Each table, method and repetition is stored by itself; the same command goes on where it was. What
all of it says goes into ``comparison.json``, which ``reproduce/comparison`` draws. On a cluster
(``--dask``) the workers have to be started in this folder, by ``python -m``, with its packages.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from benchmarks.selection.code_of_results import code_of, versions
from benchmarks.selection.compared_methods import EXTRA, METHODS, at_hand
from benchmarks.selection.compared_tables import TABLES, ComparedTable, ten_digits
from benchmarks.selection.file_options import file_options, usual_output
from benchmarks.selection.kept_results import Result, provenance, stored_results, work_through
from benchmarks.selection.one_comparison import compared
from benchmarks.selection.significance import can_be_corrected
from benchmarks.selection.summary import summarised
from spectral.running.files import write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import dask_option, workers_option
from spectral.running.workers import processes_at

Key = tuple[str, str, int]
"""A table, a method, and a repetition."""

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
"""What decides the numbers of all methods. The package's data sets and its order of scores, which
all of them use, too, are not among it: tests hold those to what they are."""


def codes_of_methods(methods: Iterable[str]) -> dict[str, str]:
    """What stands for the code behind the results of each method."""
    return {method: code_of(METHODS[method], SHARED) for method in methods}


def names_of(tables: Iterable[str], methods: Iterable[str], repetitions: int) -> dict[Key, str]:
    """Under which name each result is stored: it tells of which code the result is."""
    codes = codes_of_methods(methods)
    return {
        (table, method, repetition): f"{table} / {method} / {repetition} / {code}"
        for repetition in range(repetitions)
        for table in tables
        for method, code in codes.items()
    }


def measure_all(
    names: dict[Key, str], tables: dict[str, ComparedTable], stored: Path, workers: int
) -> dict[Key, Result]:
    """Compare the methods on the tables; what is stored is not measured again."""
    tasks = {
        name: partial(compared, tables[table], METHODS[method], repetition)
        for (table, method, repetition), name in names.items()
    }
    results = work_through(stored, tasks, workers)
    return {key: results[name] for key, name in names.items()}


def measured_so_far(names: dict[Key, str], stored: Path) -> dict[Key, Result]:
    """What is stored of the repetitions of a table in which no method is missing.

    Raises
    ------
    click.UsageError
        If there is none.
    """
    results = stored_results(stored)
    missing = {(key[0], key[2]) for key, name in names.items() if name not in results}
    found = {key: results[name] for key, name in names.items() if (key[0], key[2]) not in missing}
    if not found:
        raise click.UsageError(f"{stored} holds no table that this code measured with all methods")
    return found


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
@click.option("--so-far", is_flag=True, help="Sum up what is stored; measure nothing.")
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
    so_far: bool,
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
    number = repetitions or (QUICK_REPETITIONS if quick else REPETITIONS)
    names = names_of(tables, chosen, number)
    if not names:
        raise click.UsageError("nothing is compared: no method, or no table, is at hand")
    if so_far:
        results = measured_so_far(names, stored)
    else:
        with processes_at(dask, workers, "cpu") as processes:
            results = measure_all(names, tables, stored, processes)
    if not can_be_corrected():
        click.echo(f"p-values are left out: statsmodels is not installed ({EXTRA})", err=True)
    summary = summarised(results, tables)
    for table, reasons in summary["failed"].items():
        for method, reason in reasons.items():
            click.echo(f"{method} failed on {table}: {reason}", err=True)
    in_part = bool(wanted or methods or repetitions)
    in_part |= len(tables) < len(usual) or len(chosen) < len(METHODS) or len(results) < len(names)
    output = output or usual_output(quick, in_part)
    told = {
        "code": codes_of_methods(chosen),
        "versions": versions(METHODS[name] for name in chosen),
    }
    write_json(
        output / "comparison.json",
        {"preset": "part" if in_part else "quick" if quick else "full"}
        | summary
        | {"provenance": provenance(results.values()) | told},
    )
    click.echo(str(output / "comparison.json"))


if __name__ == "__main__":
    interruptible(
        lambda: run_command(main, sys.argv[1:], "python -m benchmarks.selection.comparison")
    )
