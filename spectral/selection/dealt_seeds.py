"""Deals the seeds of a training to processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from joblib import Parallel, delayed

from spectral.running.epochs_told import EpochsTold
from spectral.running.workers import closing_quietly, deaf_to_signals
from spectral.samples import Samples
from spectral.selection.seed_training import TrainedSeeds, TrainingSettings, train_seeds
from spectral.selection.stored_trainings import StoredTrainings

SEEDS_TOGETHER = 5
"""So many train as one batch, in however many processes: the arithmetic is then the same."""

OnProgress = Callable[[int, int], None]
"""Told how much of a piece of work is done, and of how much."""


def train_in_processes(
    samples: Samples,
    classes: int | None,
    seeds: Sequence[int],
    settings: TrainingSettings,
    *,
    n_jobs: int | None = None,
    device: str = "cpu",
    progress: OnProgress | None = None,
) -> list[TrainedSeeds]:
    """Train seeds in groups, the groups in the processes of joblib.

    The number of processes changes no number of the results. Groups that are stored, see
    :func:`spectral.running.stored_arrays.results_stored_in`, are not trained again.

    Parameters
    ----------
    samples, classes, seeds, settings : Samples, int or None, sequence of int, TrainingSettings
        As :func:`spectral.selection.seed_training.train_seeds` takes them.
    device : str, default="cpu"
        Where to train.
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
    stored = StoredTrainings(samples, classes, settings, device)
    found = {number: stored.read(group) for number, group in enumerate(groups)}
    trained = {number: group for number, group in found.items() if group is not None}
    missing = [number for number in found if number not in trained]
    with EpochsTold(len(groups), settings.max_epochs, progress) as told:
        for number in trained:
            told.ended(number)
        tasks = (
            delayed(train_seeds)(
                samples, classes, groups[number], settings, device, told.teller(number)
            )
            for number in missing
        )
        with deaf_to_signals():
            results = Parallel(n_jobs, return_as="generator")(tasks)
        with closing_quietly(results):
            for number, result in zip(missing, results, strict=True):
                stored.write(groups[number], result)
                trained[number] = result
                told.ended(number)
    return [trained[number] for number in found]
