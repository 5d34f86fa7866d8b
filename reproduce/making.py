"""Makes figures: trains what is missing, measures, draws, judges."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from reproduce.evolution import EVOLUTIONS
from reproduce.figure import MeasuredFigure
from reproduce.options import training_options
from reproduce.training.group_training import available_device
from reproduce.training.runs import Run
from reproduce.training.train import train_missing
from reproduce.verdicts.printing import judge_folder
from reproduce.verdicts.reference import REFERENCE, read_reference
from spectral.running.freed_memory import keep_freed_memory
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import printable, require_writable, run_command


def figure_command(figure: MeasuredFigure) -> click.Command:
    """The command that makes one figure."""

    def command(**options: Any) -> None:
        make([figure], **options)

    return click.command(figure.name, help=f"{figure.heading}.")(training_options(command))


def figure_script(figure: MeasuredFigure) -> NoReturn:
    """What ``python reproduce/figure<N>.py`` runs."""
    name = f"reproduce/{figure.name}.py"
    interruptible(lambda: run_command(figure_command(figure), sys.argv[1:], name))


def make(
    figures: Sequence[MeasuredFigure],
    preset: str,
    seeds: tuple[int, ...],
    device: str,
    workers: int | None,
    dask: str | None,
    checkpoint_seconds: float,
    output: Path | None,
    runs_folder: Path,
    logs: Path | None,
    report: Callable[[Path, Path | None], object] | None = None,
) -> None:
    """Train, measure, draw, judge; exit with the verdict.

    ``report`` writes a page of what is drawn, where one is wanted.
    """
    started = time.monotonic()
    output = output or Path("figures") / preset
    if dask is None:
        device = available_device(device)
    reference = REFERENCE if REFERENCE.exists() else None
    if reference:
        read_reference(reference)  # a broken one ends the command before any training
    for folder in filter(None, (output, logs)):
        require_writable(folder)
    experiments = dict.fromkeys(figure.experiment for figure in figures)
    runs = {experiment: Run(experiment, preset, seeds, runs_folder) for experiment in experiments}
    incomplete = [run for run in runs.values() if run.missing_seeds()]  # bad data end it here
    if incomplete:
        for folder in (runs_folder, *(run.folder for run in incomplete)):
            require_writable(folder)
    keep_freed_memory()
    console = Console(stderr=True, markup=False, highlight=False)
    if logs and not incomplete:
        console.print(printable(f"Nothing to log in {logs}: all seeds are trained already."))
    train_missing(
        [*runs.values()],
        device,
        workers,
        checkpoint_seconds=checkpoint_seconds,
        dask=dask,
        logs=logs,
    )
    evolutions = [each for each in EVOLUTIONS.values() if each.experiment in runs]
    for figure in (*figures, *evolutions):
        console.print(f"{figure.name} …", style="dim")
        figure.write(runs[figure.experiment], output)
    if report:
        report(output, reference)
    code = judge_folder(figures, output, reference)
    console.print(printable(f"Figures in {output}, {time.monotonic() - started:.0f} s"))
    sys.exit(code)
