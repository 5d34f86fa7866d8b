"""Deals the seeds of a training to processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from joblib import Parallel, delayed, effective_n_jobs

from spectral.samples import Samples
from spectral.seed_training import TrainedSeeds, TrainingSettings, train_seeds

SEEDS_TOGETHER = 5
"""So many train as one batch, in however many processes: the arithmetic is then the same."""

Progress = Callable[[int, int], None]
"""Told how much of a piece of work is done, and of how much."""


def train_in_processes(
    samples: Samples,
    classes: int | None,
    seeds: Sequence[int],
    settings: TrainingSettings,
    *,
    n_jobs: int | None = None,
    device: str = "cpu",
    progress: Progress | None = None,
) -> list[TrainedSeeds]:
    """Train seeds in groups, the groups in the processes of joblib.

    The number of processes changes no number of the results.

    Parameters
    ----------
    samples, classes, seeds, settings, device
        As :func:`spectral.seed_training.train_seeds` takes them.
    n_jobs : int or None, default=None
        How many processes, as joblib counts them.
    progress : callable or None, default=None
        Told of the epochs done and how many there are at most.

    Returns
    -------
    list of TrainedSeeds
        Group by group, in the order of the seeds.

    Examples
    --------
    >>> import torch
    >>> samples = Samples(torch.randn(200, 3), torch.arange(200) % 2)
    >>> settings = TrainingSettings((10,), 1e-3, 1e-3, 0.01, 2, 100, False, 0.1)
    >>> trained = train_in_processes(samples, 2, range(7), settings)
    >>> [tuple(group.relevance.shape) for group in trained]
    [(5, 3), (2, 3)]
    """
    groups = [
        seeds[start : start + SEEDS_TOGETHER] for start in range(0, len(seeds), SEEDS_TOGETHER)
    ]
    report = partial(_report, progress, len(groups), settings.max_epochs)
    by_epoch = effective_n_jobs(n_jobs) == 1  # what happens in other processes is not seen here
    tasks = (
        delayed(train_seeds)(
            samples, classes, group, settings, device, partial(report, number) if by_epoch else None
        )
        for number, group in enumerate(groups)
    )
    trained = []
    for number, group in enumerate(Parallel(n_jobs, return_as="generator")(tasks)):
        trained.append(group)
        report(number, settings.max_epochs)
    return trained


def _report(
    progress: Progress | None, groups: int, epochs_of_group: int, group: int, epoch: int
) -> None:
    if progress is not None:
        progress(group * epochs_of_group + epoch, groups * epochs_of_group)
