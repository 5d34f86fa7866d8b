"""Runs a command: what a user can cause ends in one sentence, not in a traceback."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from joblib.externals.loky.process_executor import TerminatedWorkerError

from reproduce.interruption import GOES_ON
from reproduce.schema import printable
from reproduce.verdicts.printing import CANNOT_TELL


def run_command(command: click.Command, arguments: Sequence[str], name: str = "reproduce") -> None:
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
            sys.exit(CANNOT_TELL)
        except OSError as error:
            reason = error.strerror or str(error)
            stop(f"{error.filename}: {reason}" if error.filename else reason)
        except ValueError as error:
            stop(str(error))


def stop(reason: str) -> NoReturn:
    """Leave with one sentence."""
    click.echo(f"Error: {printable(reason)}", err=True)
    sys.exit(CANNOT_TELL)


def print_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning as one line, without the place in the code."""
    click.echo(f"Warning: {printable(str(message))}", err=True)
