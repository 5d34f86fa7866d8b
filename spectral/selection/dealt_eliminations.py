"""Deals eliminations to processes, a seed at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from joblib import Parallel, delayed

from spectral.running.epochs_told import EpochsTold
from spectral.running.stored_arrays import StoredArrays
from spectral.running.workers import closing_quietly, deaf_to_signals
from spectral.samples import Samples
from spectral.selection.column_training import EliminationSettings
from spectral.selection.dealt_seeds import OnProgress
from spectral.selection.elimination import Elimination, eliminate, number_of_rounds


def eliminate_in_processes(
    samples: Samples,
    groups: np.ndarray,
    classes: int | None,
    seeds: Sequence[int],
    copies: bool,
    settings: EliminationSettings,
    *,
    n_jobs: int | None = None,
    device: str = "cpu",
    progress: OnProgress | None = None,
) -> list[Elimination]:
    """Let every seed rank the columns, in the processes of joblib.

    The number of processes changes no number of the results. Seeds that are stored, see
    :func:`spectral.running.stored_arrays.results_stored_in`, are not computed again.

    Parameters
    ----------
    samples : Samples
        Inputs and targets.
    groups : ndarray
        ``(inputs,)``, to which column an input belongs.
    classes : int or None
        The number of classes; None where the targets are numbers.
    seeds : sequence of int
        S of them.
    copies : bool
        Whether permuted copies train along.
    settings : EliminationSettings
        The numbers of every elimination.
    n_jobs : int or None, default=None
        How many processes, as joblib counts them.
    device : str, default="cpu"
        Where to train.
    progress : callable or None, default=None
        Told of the rounds done and how many there are.

    Returns
    -------
    list of Elimination
        In the order of the seeds.
    """
    stored = StoredArrays(samples, groups.tolist(), classes, copies, asdict(settings), device)
    found: dict[int, Elimination] = {}
    for seed in seeds:
        arrays = stored.read(seed)
        if arrays is not None:
            found[seed] = Elimination(**arrays)
    missing = [seed for seed in seeds if seed not in found]
    place = {seed: number for number, seed in enumerate(seeds)}
    rounds = number_of_rounds((1 + copies) * (int(groups.max()) + 1))
    with EpochsTold(len(seeds), rounds, progress) as told:
        for seed in found:
            told.ended(place[seed])
        tasks = (
            delayed(eliminate)(
                samples, groups, classes, seed, copies, settings, device, told.teller(place[seed])
            )
            for seed in missing
        )
        with deaf_to_signals():
            results = Parallel(n_jobs, return_as="generator", batch_size=1)(tasks)
        with closing_quietly(results):
            for seed, elimination in zip(missing, results, strict=True):
                found[seed] = elimination
                stored.write(seed, vars(elimination))
                told.ended(place[seed])
    return [found[seed] for seed in seeds]
