"""The console script ``spectral-rank``."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from spectral.running.interruption import interruptible, listen


def spectral_rank() -> NoReturn:
    """Run the command line; leave with its code."""
    listen()
    # the pool that Arrow takes by default may reserve a gigabyte, which limits on memory count
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    from spectral.rank.command import rank
    from spectral.running.one_sentence import run_command  # takes seconds

    interruptible(lambda: run_command(rank, sys.argv[1:], "spectral-rank"))


if __name__ == "__main__":
    spectral_rank()
