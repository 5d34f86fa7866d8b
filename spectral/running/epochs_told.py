"""How far the groups of a training are, told by whatever processes train them."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

PAUSE = 0.5
"""Seconds between two looks at what the groups tell."""


class EpochsTold:
    """While open, hands on how many epochs all groups have done.

    Each group tells it in a small file, which serves any process of this machine.

    Parameters
    ----------
    groups : int
        How many groups there are.
    epochs : int
        How many epochs each has at most.
    progress : callable or None
        Told of the epochs done and how many there are; None if nobody wants to know.

    Examples
    --------
    >>> with EpochsTold(2, 10, lambda done, total: print(done, total)) as told:
    ...     told.teller(0)(3)
    ...     told.ended(1)
    13 20
    """

    def __init__(
        self, groups: int, epochs: int, progress: Callable[[int, int], None] | None
    ) -> None:
        self.groups = groups
        self.epochs = epochs
        self.progress = progress
        self.closed = threading.Event()

    def __enter__(self) -> Self:
        if self.progress is not None:
            self.folder = tempfile.TemporaryDirectory(prefix="spectral-")
            self.thread = threading.Thread(target=self._watch, daemon=True)
            self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.progress is not None:
            self.closed.set()
            self.thread.join()
            self.folder.cleanup()

    def teller(self, group: int) -> Callable[[int], None] | None:
        """What a group has to call with the number of its epochs; other processes may, too."""
        return None if self.progress is None else partial(tell, self._file(group))

    def ended(self, group: int) -> None:
        """A group is done, perhaps before its last epoch."""
        if self.progress is not None:
            tell(self._file(group), self.epochs)

    def _watch(self) -> None:
        while not self.closed.wait(PAUSE):
            self._look()
        self._look()

    def _look(self) -> None:
        assert self.progress is not None
        done = sum(epochs_in(self._file(group)) for group in range(self.groups))
        self.progress(done, self.groups * self.epochs)

    def _file(self, group: int) -> Path:
        return Path(self.folder.name) / str(group)


def tell(file: Path, epochs: int) -> None:
    """Write down a number of epochs, where there is a folder for it."""
    with contextlib.suppress(OSError):
        file.write_text(str(epochs))


def epochs_in(file: Path) -> int:
    """The number written down; 0 where there is none yet, or it is being written."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0
