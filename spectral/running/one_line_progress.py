"""One line that shows how far a piece of work is, and how much time is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

LINE_INTERVAL = 10.0
"""Seconds between two plain lines."""


@contextmanager
def progress_line(text: str, shown: bool) -> Iterator[Callable[[int, int], None] | None]:
    """While open, a line on standard error that the function it gives moves on.

    Where that is no terminal, a plain line now and then.

    Parameters
    ----------
    text : str
        What is done.
    shown : bool
        Whether there is a line at all; without it None is given.

    Examples
    --------
    >>> with progress_line("Training", shown=False) as progress:
    ...     print(progress)
    None
    """
    if not shown:
        yield None
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield PlainLines(text, console)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, TimeRemainingColumn(), console=console) as line:
        task = line.add_task(text, total=None)
        yield lambda done, total: line.update(task, completed=done, total=total)


class PlainLines:
    """Called with how much is done, and of how much, prints a line every ten seconds.

    Parameters
    ----------
    text : str
        What is done.
    console : Console
        Where to print.
    clock : callable, default=time.monotonic
        Tells the time in seconds.

    Examples
    --------
    >>> times = iter([0.0, 12.0, 13.0])
    >>> report = PlainLines("Training", Console(width=40), clock=lambda: next(times))
    Training …
    >>> report(30, 100)
    Training: 30 %, 0:00:28 left
    >>> report(31, 100)
    """

    def __init__(
        self, text: str, console: Console, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.text = text
        self.console = console
        self.clock = clock
        self.started = self.printed = clock()
        self.console.print(f"{text} …", highlight=False)

    def __call__(self, done: int, total: int) -> None:
        now = self.clock()
        if done and now - self.printed >= LINE_INTERVAL:
            self.printed = now
            left = time_left((now - self.started) / done * (total - done))
            told = filter(None, (f"{self.text}: {done / total:.0%}".replace("%", " %"), left))
            self.console.print(", ".join(told), highlight=False)


def time_left(seconds: float | None) -> str:
    """In words; nothing where nothing is left, or it cannot be told."""
    return f"{timedelta(seconds=round(seconds))} left" if seconds else ""
