"""How far the training is, by the reports of its workers, and how long it will go on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from reproduce.schema import Progress

RECENT = 30.0
"""Seconds of training that tell how fast it is."""


@dataclass
class Part:
    """Seeds of one data set that train together, and the file that tells how far they are."""

    title: str
    epochs: int
    seeds: int
    file: Path
    reports: deque[Progress] = field(default_factory=deque, init=False, repr=False)
    """The recent ones, the last one last."""
    seen: float = field(default=0.0, init=False, repr=False)
    """When the last one came."""

    @property
    def done(self) -> int:
        """Epochs, with those it went on from."""
        return self.reports[-1].epochs if self.reports else 0

    @property
    def seconds_per_epoch(self) -> float | None:
        """Recently; None as long as no epoch has passed."""
        if not self.reports or self.reports[-1].epochs == self.reports[0].epochs:
            return None
        first, last = self.reports[0], self.reports[-1]
        return (last.seconds - first.seconds) / (last.epochs - first.epochs)

    def look(self, now: float) -> None:
        """Read the file; keep what is recent."""
        try:
            report = Progress.model_validate_json(self.file.read_bytes())
        except (OSError, ValidationError):
            return
        if self.reports and report == self.reports[-1]:
            return
        if self.reports and report.seconds < self.reports[-1].seconds:
            self.reports.clear()  # another process began it anew
        self.reports.append(report)
        self.seen = now
        while len(self.reports) > 2 and report.seconds - self.reports[1].seconds >= RECENT:
            self.reports.popleft()

    def time_left(self, now: float, seconds_per_epoch: float) -> float:
        """Seconds, at the pace given; the epoch under way may take longer than that."""
        since = now - self.seen if self.reports else 0.0
        others = self.epochs - self.done - 1
        return others * seconds_per_epoch + max(0.0, seconds_per_epoch - since)


@dataclass(frozen=True)
class DataSetProgress:
    """How far one data set is; ``epoch`` is the mean over its seeds."""

    title: str
    seeds: int
    epochs: int
    begun: bool
    epoch: int
    resumed_at: list[int]
    accuracy: float | None
    seconds_left: float | None

    @property
    def ended(self) -> bool:
        return self.epoch == self.epochs

    def __str__(self) -> str:
        if not self.begun:
            return "waiting"
        told = [f"epoch {self.epoch}/{self.epochs}"]
        if self.resumed_at:
            epochs = "epoch" if len(self.resumed_at) == 1 else "epochs"
            told.append(f"resumed at {epochs} {' and '.join(map(str, self.resumed_at))}")
        if self.accuracy is not None:
            told.append(f"training accuracy {self.accuracy:.2%}")
        return ", ".join(told)


class TrainingProgress:
    """What the reports of all parts come to.

    Parameters
    ----------
    parts : sequence of Part
        What is trained.
    processes : int
        How many parts are trained at a time.
    clock : callable, default=time.monotonic
        Tells the time in seconds.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        processes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.parts = parts
        self.processes = processes
        self.clock = clock

    def look(self) -> None:
        """Read what the workers have reported."""
        now = self.clock()
        for part in self.parts:
            part.look(now)

    def data_sets(self) -> list[DataSetProgress]:
        """How far each data set is, in their order."""
        parts_of: dict[str, list[Part]] = {}
        for part in self.parts:
            parts_of.setdefault(part.title, []).append(part)
        return [self._of(parts) for parts in parts_of.values()]

    def seconds_left(self, parts: Sequence[Part] | None = None) -> float | None:
        """Until all (or these) parts have ended; None as long as the pace of one is unknown.

        A part that waits will go as fast a seed as the others of its data set.
        """
        lefts = []
        for part in self.parts if parts is None else parts:
            if part.done == part.epochs:
                continue
            pace = part.seconds_per_epoch or self._usual_pace(part)
            if pace is None:
                return None
            lefts.append(part.time_left(self.clock(), pace))
        if not lefts:
            return 0.0
        return max(*lefts, sum(lefts) / min(self.processes, len(lefts)))

    def _usual_pace(self, part: Part) -> float | None:
        """Seconds for an epoch of this part, by those of the same data set."""
        known = [
            (other.seconds_per_epoch, other.seeds)
            for other in self.parts
            if other.title == part.title and other.seconds_per_epoch is not None
        ]
        if not known:
            return None
        return part.seeds * sum(seconds for seconds, _ in known) / sum(seeds for _, seeds in known)

    def _of(self, parts: Sequence[Part]) -> DataSetProgress:
        begun = [part for part in parts if part.reports]
        seeds = sum(part.seeds for part in parts)
        return DataSetProgress(
            title=parts[0].title,
            seeds=seeds,
            epochs=parts[0].epochs,
            begun=bool(begun),
            epoch=sum(part.seeds * part.done for part in parts) // seeds,
            resumed_at=sorted({part.reports[-1].resumed_at for part in begun} - {0}),
            accuracy=_mean_accuracy(begun),
            seconds_left=self.seconds_left(parts),
        )


def _mean_accuracy(parts: Sequence[Part]) -> float | None:
    """Over the seeds that have one."""
    hits, seeds = 0.0, 0
    for part in parts:
        accuracy = part.reports[-1].accuracy
        if accuracy is not None:
            hits += part.seeds * accuracy
            seeds += part.seeds
    return hits / seeds if seeds else None
