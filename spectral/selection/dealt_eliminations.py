"""Deals eliminations to processes, a seed at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import torch
from joblib import Parallel, delayed
from torch import Tensor

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
    most_rows: int,
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
    most_rows : int
        No seed looks at more; what it looks at is all that its process is given.
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
    stored = StoredArrays(
        samples, groups.tolist(), classes, copies, asdict(settings), most_rows, device
    )
    found: dict[int, Elimination] = {}
    for seed in seeds:
        arrays = stored.read(seed)
        if arrays is not None:
            found[seed] = Elimination(**arrays)
    missing = [seed for seed in seeds if seed not in found]
    place = {seed: number for number, seed in enumerate(seeds)}
    rounds = number_of_rounds((1 + copies) * (int(groups.max()) + 1))
    rows = {seed: rows_of(seed, len(samples), most_rows) for seed in missing}
    with EpochsTold(len(seeds), rounds, progress) as told:
        for seed in found:
            told.ended(place[seed])
        tasks = (
            delayed(eliminate)(
                samples.rows(rows[seed]),
                groups,
                classes,
                seed,
                copies,
                settings,
                device,
                told.teller(place[seed]),
            )
            for seed in missing
        )
        with deaf_to_signals():
            results = Parallel(n_jobs, return_as="generator", batch_size=1)(tasks)
        with closing_quietly(results):
            for seed, elimination in zip(missing, results, strict=True):
                found[seed] = among_all(elimination, rows[seed], len(samples))
                stored.write(seed, vars(found[seed]))
                told.ended(place[seed])
    return [found[seed] for seed in seeds]


def rows_of(seed: int, rows: int, most: int) -> Tensor | slice:
    """The rows that a seed looks at: all, or as many as it may, drawn at random.

    Examples
    --------
    >>> rows_of(0, rows=3, most=5)
    slice(None, None, None)
    >>> len(rows_of(0, rows=100, most=5).unique())
    5
    """
    if rows <= most:
        return slice(None)
    return torch.from_numpy(np.random.default_rng(seed).choice(rows, most, replace=False))


def among_all(elimination: Elimination, looked_at: Tensor | slice, rows: int) -> Elimination:
    """What a seed found, with the gains in the places of their rows among all; NaN elsewhere."""
    gains = np.full(rows, np.nan)
    gains[looked_at if isinstance(looked_at, slice) else looked_at.numpy()] = elimination.gains
    return replace(elimination, gains=gains)
