"""Ctrl-C, heard from the first moment; what takes seconds to import is imported after it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any, NoReturn

INTERRUPTED = 130
GOES_ON = "What is trained is stored; the same command goes on from there."
SENTENCE = f"Interrupted. {GOES_ON}"


def listen() -> None:
    """Prepare the process for a command: from now on Ctrl-C ends it with one sentence."""
    on_interruption(leave_at_once)  # nothing is to be tidied up while Python imports
    os.environ["MPLBACKEND"] = "agg"  # figures are files; a name it does not know ends matplotlib
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # where there is no ≥, it shows ?


def interruptible(command: Callable[[], None]) -> NoReturn:
    """Run a command that may tidy up after Ctrl-C, and leave."""
    try:
        on_interruption(signal.default_int_handler)
        command()
        sys.exit()
    except KeyboardInterrupt:
        print(SENTENCE, file=sys.stderr)
        sys.exit(INTERRUPTED)
    finally:
        on_interruption(leave_at_once)


def on_interruption(handler: Callable[..., Any]) -> None:
    """What Ctrl-C does from now on, and SIGTERM, which ``docker stop`` sends.

    What a shell has started in the background ignores Ctrl-C, and goes on doing so.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def leave_at_once(*_: object) -> NoReturn:
    """End the process with the sentence: an exception would get lost in somebody's import."""
    os.write(2, f"{SENTENCE}\n".encode())
    os._exit(INTERRUPTED)
