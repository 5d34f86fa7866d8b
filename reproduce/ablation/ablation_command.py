"""The command: trains the conditions that are missing, measures, draws, answers."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from reproduce.ablation.ablation_pictures import answers_of, has_benchmark, pictures_of_ablation
from reproduce.ablation.ablation_tables import (
    TABLE_WIDTH,
    print_benchmark,
    print_penalties,
)
from reproduce.ablation.benchmark_parts import BENCHMARK, read_benchmark
from reproduce.ablation.conditions import trials
from reproduce.ablation.penalties import read_penalties, write_penalties
from reproduce.experiments import EXPERIMENTS, Experiment
from reproduce.options import seeds_option
from reproduce.training.group_training import available_device
from reproduce.training.train import train_missing
from reproduce.verdicts.outcome import EXIT_CODES, Outcome
from spectral.appearance.style import paper_style, save
from spectral.running.freed_memory import keep_freed_memory
from spectral.running.one_sentence import printable, require_writable
from spectral.running.shared_options import (
    FolderToWrite,
    dask_option,
    device_option,
    runs_option,
    workers_option,
)

USUAL, TRIAL = Path("figures/ablation"), Path("figures/ablation-trial")
"""Folders of the figures: a trial does not replace results."""


@click.command("ablation")
@seeds_option
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    help="Train no longer than so many epochs: a trial.",
)
@device_option
@workers_option
@dask_option
@click.option(
    "--output",
    type=FolderToWrite(),
    help=f"Folder for the figures.  [default: {USUAL}, or with --epochs {TRIAL}]",
)
@runs_option
def ablation(
    seeds: tuple[int, ...],
    epochs: int | None,
    device: str,
    workers: int | None,
    dask: str | None,
    output: Path | None,
    runs_folder: Path,
) -> None:
    """What does the work: the penalty changed, a part at a time.

    Trains the paper's networks with other penalties, at the schedules of quick, draws how they
    separate the inputs, and answers four questions. The part on the public benchmark is drawn from
    benchmark.json in the same folder, which `python -m benchmarks.selection.ablation` makes.

    Exits with 0 if every question is answered, with 2 if one cannot be.
    """
    started = time.monotonic()
    output = output or (TRIAL if epochs else USUAL)
    for folder in (output, runs_folder):
        require_writable(folder)
    if dask is None:
        device = available_device(device)
    keep_freed_memory()
    console = Console(stderr=True, markup=False, highlight=False)
    tried = trials(seeds, runs_folder, [shortened(each, epochs) for each in EXPERIMENTS])
    train_missing([trial.run for trial in tried], device, workers, dask=dask)
    console.print("measuring …", style="dim")
    write_penalties(tried, output, epochs)
    outcome = draw_and_answer(output)
    console.print(printable(f"Figures in {output}, {time.monotonic() - started:.0f} s"))
    sys.exit(EXIT_CODES[outcome])


def shortened(paper: Experiment, epochs: int | None) -> Experiment:
    """The data set with schedules of no more than so many epochs."""
    if epochs is None:
        return paper
    presets = {
        name: replace(
            schedule,
            epochs=min(schedule.epochs, epochs),
            cooldown=min(schedule.cooldown, epochs),
        )
        for name, schedule in paper.presets.items()
    }
    return replace(paper, presets=presets)


def draw_and_answer(folder: Path) -> Outcome:
    """Draw and print what lies in a folder, and answer the questions; open if one cannot be."""
    told = answers_of(folder)
    with paper_style():
        for picture in pictures_of_ablation(folder):
            save(picture.figure, folder / picture.name)
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console = Console(width=TABLE_WIDTH, markup=False, highlight=False)
    rows = read_penalties(folder)["values"]["rows"]
    print_penalties(console, rows)
    if has_benchmark(folder):
        print_benchmark(console, read_benchmark(folder)["values"])
    else:
        click.echo(f"Warning: {folder / BENCHMARK}.json is missing", err=True)
    for answer in told:
        said = answer.sentence or f"That cannot be told: {answer.needs}."
        console.print(f"{answer.question} {said}", soft_wrap=True)
    return Outcome.OPEN if any(each.sentence is None for each in told) else Outcome.HOLDS
