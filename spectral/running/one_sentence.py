"""Runs a command: what a user can cause ends in one sentence, not in a traceback."""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from joblib.externals.loky.process_executor import TerminatedWorkerError

from spectral.running.interruption import GOES_ON

WRONG = 2
"""The exit code where arguments or files are wrong."""


def run_command(command: click.Command, arguments: Sequence[str], name: str | None = None) -> None:
    """Run a command; what a user can cause ends in one sentence, not in a traceback."""
    with warnings.catch_warnings():
        warnings.showwarning = print_warning
        try:
            command.main(arguments, prog_name=name, standalone_mode=False)
        except click.Abort:  # what click makes of Ctrl-C
            raise KeyboardInterrupt from None
        except TerminatedWorkerError:
            stop(f"a worker was killed, perhaps for lack of memory. {GOES_ON}")
        except click.ClickException as error:
            error.show()
            sys.exit(WRONG)
        except OSError as error:
            reason = error.strerror or str(error)
            stop(f"{error.filename}: {reason}" if error.filename else reason)
        except ValueError as error:
            stop(str(error))


def stop(reason: str) -> NoReturn:
    """Leave with one sentence."""
    click.echo(f"Error: {printable(reason)}", err=True)
    sys.exit(WRONG)


def print_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning as one line, without the place in the code."""
    click.echo(f"Warning: {printable(str(message))}", err=True)


def require_writable(folder: Path) -> None:
    """A clear error, before any training, if nothing can be written to the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written to: {error.strerror}") from None


def printable(text: str) -> str:
    """Text in which nothing steers a terminal.

    Examples
    --------
    >>> print(printable("\\x1b[31m one\\n line"))
    \\x1b[31m one\\n line
    """
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
