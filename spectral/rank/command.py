"""The command: a table in, a ranking of its columns out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console

from spectral.rank.examination import Examined, examine
from spectral.rank.wishes import TableError, Wishes
from spectral.rank.wording import counted
from spectral.running.one_sentence import printable
from spectral.running.shared_options import (
    FolderToWrite,
    dask_option,
    device_option,
    runs_option,
    seeds_option_of,
    workers_option,
)
from spectral.tables.table_files import read_table_file
from spectral.tables.targets import Task

LEARNT_NOTHING = 1
USUAL_SEEDS = 10


def columns_option(name: str, help: str) -> Callable[[Any], Any]:
    """An option that names a column, and may be given several times."""
    return click.option(name, metavar="COLUMN", multiple=True, help=f"{help} May be repeated.")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("table", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--target", metavar="COLUMN", required=True, help="The column to predict.")
@click.option(
    "--task",
    type=click.Choice(["auto", "classification", "regression"]),
    default="auto",
    show_default=True,
    help="Whether the target is classes or numbers; auto: by what it holds.",
)
@columns_option("--leave-out", "A column that is no input.")
@columns_option("--keep", "An input, though it looks like an id or like the target.")
@columns_option("--categories", "Categories (or classes), though it looks like numbers.")
@click.option("--impute", is_flag=True, help="Fill in missing values: median or most frequent.")
@click.option(
    "--group",
    "groups",
    metavar="PREFIX",
    multiple=True,
    help="Columns whose names begin like this are ranked as one. May be repeated.",
)
@click.option(
    "--output",
    type=FolderToWrite(),
    help="Folder for ranking.csv, .json, .png, .pdf and report.html.",
)
@seeds_option_of(USUAL_SEEDS)
@device_option
@workers_option
@dask_option
@runs_option
def rank(
    table: Path,
    target: str,
    task: Task | Literal["auto"],
    leave_out: tuple[str, ...],
    keep: tuple[str, ...],
    categories: tuple[str, ...],
    impute: bool,
    groups: tuple[str, ...],
    output: Path | None,
    seeds: tuple[int, ...],
    device: str,
    workers: int | None,
    dask: str | None,
    runs_folder: Path,
) -> None:
    """Rank the columns of TABLE by what they tell of one of them.

    TABLE is a CSV, TSV, Parquet, Feather or Excel file, also gzipped. Exits with 0, or with 1 if
    the networks learnt nothing, so that no ranking means anything; with 2 if arguments or data are
    wrong.
    """
    wishes = Wishes(target, task, leave_out, keep, categories, groups, impute)
    rows, sha256, examined = read_and_examine(table, wishes)
    announce(table, rows, examined)
    # they take seconds to import: what is wrong with arguments or table is said before
    from spectral.rank.ranking_files import write_findings
    from spectral.rank.stages import RankOptions, find_out
    from spectral.rank.terminal import print_findings

    options = RankOptions(seeds, device, workers, dask, runs_folder, output)
    findings = find_out(table, sha256, examined, impute, options)
    print_findings(findings)
    if output:
        paths = write_findings(findings, output)
        click.echo(printable(f"{', '.join(path.name for path in paths)} in {output}"), err=True)
    sys.exit(0 if findings.scores.network_has_learnt else LEARNT_NOTHING)


def read_and_examine(table: Path, wishes: Wishes) -> tuple[int, str, Examined]:
    """Rows and checksum of a file, and what it holds; nothing else of it is kept in memory."""
    file = read_table_file(table, wishes.target)
    try:
        examined = examine(file.frame, wishes)
    except ValueError as error:
        raise TableError(f"{error} ({file.note})") if file.note else error from None
    notes = (file.note, *examined.notes) if file.note else examined.notes
    return file.rows, file.sha256, replace(examined, notes=notes)


def announce(table: Path, rows: int, examined: Examined) -> None:
    """Say what was read before any work, on standard error."""
    console = Console(stderr=True, markup=False, highlight=False)
    looked_at, columns = examined.shape
    inputs = counted(examined.inputs.shape[1], "input")
    drawn = f" ({looked_at} drawn at random are looked at)" if looked_at < rows else ""
    for sentence in (
        f"{table}: {counted(rows, 'row')}{drawn}, {counted(columns, 'column')}; {inputs}.",
        f"{examined.target.told}.",
        *(f"Left out {name!r}: {reason}." for name, reason in examined.left_out.items()),
        *(f"{note}." for note in examined.notes),
    ):
        console.print(printable(sentence), soft_wrap=True)
