"""One line that shows how far a piece of work is, and how much time is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


@contextmanager
def progress_line(text: str, shown: bool) -> Iterator[Callable[[int, int], None] | None]:
    """While open, a line that the function it gives moves on.

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
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, TimeRemainingColumn()) as line:
        task = line.add_task(text, total=None)
        yield lambda done, total: line.update(task, completed=done, total=total)
