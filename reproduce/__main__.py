"""Ways in: ``python -m reproduce``, ``reproduce-all``, ``python reproduce/figure<N>.py``.

What takes seconds to import is imported here inside functions, so that Ctrl-C is heard from the
first moment.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

INTERRUPTED = 130
GOES_ON = "What is trained is stored; the same command goes on from there."
SENTENCE = f"Interrupted. {GOES_ON}"


def run(name: str, arguments: Sequence[str], command: str | None = None) -> NoReturn:
    """Run the command line, or one command of it, with these arguments; leave with its code."""
    on_interruption(leave_at_once)  # nothing is to be tidied up while Python imports
    os.environ["MPLBACKEND"] = "agg"  # figures are files; a name it does not know ends matplotlib
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # where there is no ≥, it shows ?
    from reproduce.commands import main, run_command

    try:
        on_interruption(signal.default_int_handler)
        run_command(main.commands[command] if command else main, arguments, name)
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


def figure_script(number: int) -> NoReturn:
    """What ``python reproduce/figure<N>.py`` runs."""
    run(f"reproduce/figure{number}.py", sys.argv[1:], f"figure{number}")


def reproduce_all() -> NoReturn:
    """The console script ``reproduce-all``: without a command it runs ``all``."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments = ["all", *arguments]
    run("reproduce-all", arguments)


if __name__ == "__main__":
    run("python -m reproduce", sys.argv[1:])
