"""Ways in: ``python -m reproduce`` and ``reproduce-all``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from spectral.running.interruption import interruptible, listen


def run(name: str, arguments: Sequence[str]) -> NoReturn:
    """Run the command line with these arguments; leave with its code."""
    listen()
    from reproduce.commands import main  # takes seconds
    from spectral.running.one_sentence import run_command

    interruptible(lambda: run_command(main, arguments, name))


def reproduce_all() -> NoReturn:
    """The console script ``reproduce-all``: without a command it runs ``all``."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments = ["all", *arguments]
    run("reproduce-all", arguments)


if __name__ == "__main__":
    run("python -m reproduce", sys.argv[1:])
