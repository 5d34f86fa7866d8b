"""The options of the commands that keep single results and write what all of them say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from spectral.running.shared_options import FolderToWrite

Command = Callable[..., Any]


def file_options(name: str) -> Callable[[Command], Command]:
    """``--output`` and ``--stored`` of the command that writes ``name.json``."""
    output = click.option(
        "--output",
        type=FolderToWrite(),
        help=f"Folder for {name}.json.  [default: figures/comparison, or figures/comparison-quick]",
    )
    stored = click.option(
        "--stored",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("runs") / f"{name}.json",
        show_default=True,
        help="Where single results are kept.",
    )
    return lambda command: output(stored(command))


def usual_output(quick: bool) -> Path:
    """The folder where none is named."""
    return Path("figures/comparison-quick" if quick else "figures/comparison")
