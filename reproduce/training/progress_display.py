"""Shows how far the training is: a live table in a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from reproduce.training.progress import TrainingProgress
from spectral.running.one_line_progress import LINE_INTERVAL, time_left

LOOK_INTERVAL = 0.5
"""Seconds between two looks at the workers' reports."""

BAR_WIDTH = 20


class ProgressDisplay:
    """While open, shows for each data set the epochs done, the accuracy and the time left."""

    def __init__(self, progress: TrainingProgress) -> None:
        self.progress = progress
        self.console = Console(stderr=True)
        self.live = Live(console=self.console, auto_refresh=False)
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.live.start()
        elif not self.console.is_jupyter:
            for data_set in self.progress.data_sets():
                self.console.print(
                    f"{data_set.title}: {data_set.seeds} "
                    f"{'seed' if data_set.seeds == 1 else 'seeds'} to train, "
                    f"{data_set.epochs} epochs each"
                )
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.closed.set()
        self.thread.join()
        self._show(final=True)
        self.live.stop()

    def _watch(self) -> None:
        replaced = self.console.is_terminal or self.console.is_jupyter
        interval = LOOK_INTERVAL if replaced else LINE_INTERVAL
        while not self.closed.wait(interval):
            self._show()

    def _show(self, final: bool = False) -> None:
        self.progress.look()
        if self.console.is_terminal:
            self.live.update(self._table(), refresh=True)
        elif self.console.is_jupyter:
            replace_output("; ".join(plain_lines(self.progress, final)))
        else:
            for line in plain_lines(self.progress, final):
                self.console.print(line, soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        data_sets = self.progress.data_sets()
        for each in data_sets:
            bar = ProgressBar(total=each.epochs, completed=each.epoch, width=BAR_WIDTH)
            table.add_row(each.title, bar, str(each), time_left(each.seconds_left))
        if len(data_sets) > 1:
            table.add_row("All data sets", "", "", time_left(self.progress.seconds_left()))
        return table


def replace_output(line: str) -> None:
    """Let one line stand in a notebook in place of those before it."""
    from IPython.display import clear_output

    clear_output(wait=True)
    print(line)


def plain_lines(progress: TrainingProgress, final: bool = False) -> list[str]:
    """A line for each data set that is being trained, and one for all together.

    At the end one for each that has begun, without the time left.
    """
    begun = [each for each in progress.data_sets() if each.begun]
    if final:
        return [f"{each.title}: {each}" for each in begun]
    told = [(f"{each.title}: {each}", each.seconds_left) for each in begun if not each.ended]
    together = progress.seconds_left()
    if together and len(progress.data_sets()) > 1:
        told.append(("All data sets", together))
    return [", ".join(filter(None, (what, time_left(seconds)))) for what, seconds in told]
