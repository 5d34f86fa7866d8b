"""The options that all commands share that train."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

DEVICES = ("auto", "cpu", "cuda")
MOST_SEEDS = 10_000


class SeedList(click.ParamType):
    """A number of seeds, 0 up to it; or seeds by name, such as ``3,7,10-19``."""

    name = "number|list"
    part = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?")

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        value = value.strip()
        if re.fullmatch(r"-?\d{1,18}", value):
            if int(value) < 1:
                self.fail(f"{value} seeds cannot be trained: at least 1 is needed", param, ctx)
            value = f"0-{int(value) - 1}"
        seeds: list[int] = []
        for text in value.split(","):
            match = self.part.fullmatch(text.strip())
            if match is None:
                self.fail(
                    f"{value!r} is neither a number of seeds, such as 10, nor a list of seeds, "
                    "such as 3,7,10-19",
                    param,
                    ctx,
                )
            first, last = int(match[1]), int(match[2] or match[1])
            if last < first:
                self.fail(f"{text.strip()!r} in {value!r} goes from high to low", param, ctx)
            if len(seeds) + last - first >= MOST_SEEDS:
                self.fail(f"{value!r} is more than the {MOST_SEEDS} seeds allowed", param, ctx)
            seeds += range(first, last + 1)
        if len(set(seeds)) < len(seeds):
            self.fail(f"{value!r} names a seed twice", param, ctx)
        return tuple(sorted(seeds))


class Workers(click.ParamType):
    """A number of processes, or ``auto`` for one a core (None)."""

    name = "auto|number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value == "auto":
            return None
        try:
            workers = int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a number nor auto", param, ctx)
        if workers < 1:
            self.fail(f"{workers} processes cannot work: at least 1 is needed", param, ctx)
        return workers


class FolderToWrite(click.Path):
    """A folder that is made where it is not there yet."""

    def __init__(self, resolve_path: bool = False) -> None:
        super().__init__(path_type=Path, file_okay=False, resolve_path=resolve_path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty name is no folder; this one is called '.'", param, ctx)
        return super().convert(value, param, ctx)


def seeds_option_of(usual: int) -> Callable[[Any], Any]:
    """The option that says which seeds, where so many are usual."""
    return click.option(
        "--seeds",
        type=SeedList(),
        default=str(usual),
        show_default=True,
        help="How many, or which: 3,7,10-19.",
    )


device_option = click.option(
    "--device",
    type=click.Choice(DEVICES),
    default="auto",
    show_default=True,
    help="Where to train.",
)

runs_option = click.option(
    "--runs",
    "runs_folder",
    type=FolderToWrite(),
    default=Path("runs"),
    show_default=True,
    envvar="REPRODUCE_RUNS",
    show_envvar=True,
    help="Folder for the trained seeds.",
)

workers_option = click.option(
    "--workers",
    type=Workers(),
    default="auto",
    show_default=True,
    help="Processes on CPU; auto: one a core.",
)

dask_option = click.option(
    "--dask",
    metavar="ADDRESS",
    help="Train on a Dask cluster: the address of its scheduler, tcp://host:port.",
)
