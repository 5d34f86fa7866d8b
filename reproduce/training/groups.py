"""Which seeds train side by side: decided by what is asked for, not by what is missing.

Seeds in company agree with the same seeds alone only to rounding. So that a run that was
interrupted ends with the same numbers as one that was not, the groups follow from the seeds and
the number of processes alone, and a seed that got lost is trained in the company it had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reproduce.experiments import Experiment, Schedule
from reproduce.training.runs import Run

LARGEST_GROUP = 5
"""Seeds that one process of a CPU trains at once; more gain little and fill its caches."""


@dataclass(frozen=True)
class Group:
    """Seeds of one experiment that train side by side in one process.

    ``configuration`` is the digest of their run's, ``folder`` the place for their files.
    """

    experiment: Experiment
    schedule: Schedule
    seeds: tuple[int, ...]
    configuration: str
    folder: Path

    @property
    def checkpoint(self) -> Path:
        """The file that they go on from."""
        return self.folder / f"training-{self._name}.safetensors"

    @property
    def report(self) -> Path:
        """The file that tells how far they are; hidden, so that what is left over is removed."""
        return self.folder / f".training-{self._name}.json"

    @property
    def _name(self) -> str:
        return hashlib.sha256(repr(self.seeds).encode()).hexdigest()[:12]


def split(seeds: Sequence[int], processes: int, largest: int) -> list[tuple[int, ...]]:
    """The seeds in even groups: one a process, or more where groups would be too large.

    Examples
    --------
    >>> split(range(5), processes=2, largest=5)
    [(0, 1, 2), (3, 4)]
    >>> split([3, 7], processes=8, largest=5)
    [(3,), (7,)]
    """
    count = max(min(processes, len(seeds)), -(-len(seeds) // largest))
    return [tuple(int(seed) for seed in part) for part in np.array_split(seeds, count)]


def is_company(company: Iterable[int], group: Iterable[int], missing: Iterable[int]) -> bool:
    """Whether a seed stored with this company is needed to train a missing one as it was."""
    return set(company) <= set(group) and not set(company).isdisjoint(missing)


def deal(runs: Sequence[Run], processes: int, largest: int) -> Iterator[Group]:
    """The groups in which seeds are missing."""
    for run in runs:
        missing = set(run.missing_seeds())
        for group in split(run.seeds, processes, largest):
            if missing.isdisjoint(group):
                continue
            company = tuple(
                seed
                for seed in group
                if seed in missing or is_company(run.company(seed), group, missing)
            )
            yield Group(run.experiment, run.schedule, company, run.digest, run.folder.absolute())
