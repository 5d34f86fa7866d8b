"""The console script ``spectral-rank``."""

from __future__ import annotations

import sys
from typing import NoReturn

from reproduce.interruption import interruptible, listen


def spectral_rank() -> NoReturn:
    """Run the command line; leave with its code."""
    listen()
    from reproduce.running import run_command  # takes seconds
    from spectral.rank.command import rank

    interruptible(lambda: run_command(rank, sys.argv[1:], "spectral-rank"))


if __name__ == "__main__":
    spectral_rank()
