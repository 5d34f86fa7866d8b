"""The options that all commands that train share."""

from __future__ import annotations

import math
from collections.abc import Callable

import click

from reproduce.experiments import PRESETS, SEEDS
from reproduce.training.train import CHECKPOINT_SECONDS
from spectral.running.shared_options import (
    FolderToWrite,
    dask_option,
    device_option,
    runs_option,
    seeds_option_of,
    workers_option,
)

preset_option = click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default="quick",
    show_default=True,
    help="quick: minutes; paper: the schedule of Appendix B.",
)

seeds_option = seeds_option_of(SEEDS)


def finite(_: click.Context, __: click.Parameter, value: float) -> float:
    """The number; raises ``BadParameter`` for infinity, and for NaN, which no range refuses."""
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a finite number")
    return value


def training_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that ``all`` and each figure share."""
    options = (
        preset_option,
        seeds_option,
        device_option,
        workers_option,
        dask_option,
        click.option(
            "--checkpoint-every",
            "checkpoint_seconds",
            type=click.FloatRange(min=0),
            callback=finite,
            metavar="SECONDS",
            default=CHECKPOINT_SECONDS,
            show_default=True,
            help="Shortest time between two checkpoints.",
        ),
        click.option(
            "--output",
            type=FolderToWrite(),
            help="Folder for the figures.  [default: figures/<preset>]",
        ),
        runs_option,
        click.option(
            "--logs",
            type=FolderToWrite(resolve_path=True),
            help="Folder for Lightning's CSV logs, and TensorBoard's where that is installed.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
