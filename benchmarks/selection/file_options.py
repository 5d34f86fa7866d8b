"""The options of the commands that keep single results and write what all of them say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from benchmarks.selection.public_sets import RELEVANT
from spectral.running.shared_options import FolderToWrite

Command = Callable[..., Any]

InputsOfSets = click.IntRange(max(RELEVANT.values()), 100_000)
"""How many columns a public set may have."""


FIGURES = Path("figures")
WHOLE, QUICK, PART = (FIGURES / f"comparison{name}" for name in ("", "-quick", "-part"))
"""Folders where none is named."""


def file_options(name: str, can_be_quick: bool = True) -> Callable[[Command], Command]:
    """``--output`` and ``--stored`` of the command that writes ``name.json``."""
    usual = f"{WHOLE}; with --quick {QUICK}; of a part {PART}" if can_be_quick else str(WHOLE)
    output = click.option(
        "--output", type=FolderToWrite(), help=f"Folder for {name}.json.  [default: {usual}]"
    )
    stored = click.option(
        "--stored",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("runs") / f"{name}.json",
        show_default=True,
        help="Where single results are kept.",
    )
    return lambda command: output(stored(command))


def usual_output(quick: bool, in_part: bool = False) -> Path:
    """The folder where none is named: a part does not replace the whole."""
    return PART if in_part else QUICK if quick else WHOLE
