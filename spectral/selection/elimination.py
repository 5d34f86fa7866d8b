"""One seed's way to a ranking: train, drop the columns with the least relevance, train anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from spectral.randomness import seeded
from spectral.running.arithmetic import torch_with
from spectral.samples import Samples
from spectral.selection.column_training import ColumnTraining, EliminationSettings
from spectral.selection.divergence import require_finite
from spectral.selection.one_at_a_time import ONE_AT_A_TIME

FEW = 32
"""From here on columns are dropped in smaller steps."""
KEPT_OF_MANY, KEPT_OF_FEW = 0.5, 0.8
LEFT = 2
"""The last columns are told apart by their relevance alone."""
ENOUGH_COPIES = 3
"""Of fewer the largest tells little of what noise comes to."""
LEAST_UNIT = 1e-2
"""Of the largest relevance: that of the largest copy counts as no less. Penalised for long, copies
vanish altogether, and what is left of noise is many times as much by chance."""

RelevanceOfRound = tuple[np.ndarray, np.ndarray, np.ndarray]
"""The columns and copies of a round, their relevance, and whether they were kept."""


@dataclass(frozen=True, eq=False)
class Elimination:
    """What one seed found.

    Parameters
    ----------
    importances : ndarray
        ``(columns,)``, beside the copies, see :func:`against_copies`; where none trained along, as
        ``lasting``.
    lasting : ndarray
        ``(columns,)``, how long each stayed, see :func:`chained`.
    selected : ndarray
        ``(columns,)``, whether a column outlasts every copy and, with confirmation, rows that the
        seed held out are predicted better with it than with the other selected columns alone.
    redundancy : ndarray
        ``(columns,)``, how much of each the selected ones tell, see
        :func:`~spectral.selection.redundancy.redundancy_beside`.
    gains : ndarray
        ``(B,)``, by how much the loss of each row held out is smaller with the selected columns
        than without any; NaN for rows that were not held out.
    """

    importances: np.ndarray
    lasting: np.ndarray
    selected: np.ndarray
    redundancy: np.ndarray
    gains: np.ndarray


def eliminate(
    samples: Samples,
    groups: np.ndarray,
    classes: int | None,
    seed: int,
    copies: bool,
    settings: EliminationSettings,
    device: str = "cpu",
    on_round: Callable[[int], None] | None = None,
) -> Elimination:
    """Rank columns by training again and again without the least relevant.

    Parameters
    ----------
    samples : Samples
        Inputs ``(B, N)`` and targets.
    groups : ndarray
        ``(N,)``, to which column each input belongs.
    classes : int or None
        The number of classes; None where the targets are numbers.
    seed : int
        Decides the rows, the copies and every network.
    copies : bool
        Whether a permuted copy of every column, which cannot matter, trains along.
    settings : EliminationSettings
        Its numbers.
    device : str, default="cpu"
        Where to train.
    on_round : callable or None, default=None
        Called after each round with how many are done.

    Raises
    ------
    ValueError
        If a training diverged.
    """
    with ONE_AT_A_TIME, torch_with(threads=1), seeded(seed):
        training = ColumnTraining(samples, groups, classes, copies, settings, torch.device(device))
        rounds: list[RelevanceOfRound] = []
        left = torch.arange(training.columns)
        while True:
            of_columns = training.relevance(left)
            require_finite(of_columns, settings.learning_rate)
            kept = _kept(of_columns)
            rounds.append((left.numpy(), of_columns.numpy(), kept.numpy()))
            if on_round is not None:
                on_round(len(rounds))
            if kept.all() or not settings.repeated:
                break
            left = left[kept]
        width = int(groups.max()) + 1
        lasting, of_copies = np.split(chained(rounds, training.columns), [width])
        candidates = np.flatnonzero(lasting > of_copies.max(initial=0))
        chosen = torch.from_numpy(candidates[np.argsort(-lasting[candidates], kind="stable")])
        gains: Tensor | None = None
        if settings.confirmation:
            chosen, gains = training.confirmed(chosen)
        selected = np.isin(np.arange(width), chosen)
        redundancy = training.redundancy_beside(selected)
    importances = against_copies(rounds, width) if copies else lasting
    gains_of_rows = training.of_all_rows(gains)
    return Elimination(importances, lasting, selected, redundancy, gains_of_rows)


def number_of_rounds(columns: int) -> int:
    """How often :func:`eliminate` trains, with so many columns and copies.

    Examples
    --------
    >>> number_of_rounds(1), number_of_rounds(64)
    (1, 12)
    """
    rounds = 1
    while (kept := _number_kept(columns)) < columns:
        columns, rounds = kept, rounds + 1
    return rounds


def against_copies(rounds: Sequence[RelevanceOfRound], width: int) -> np.ndarray:
    """The relevance of columns in units of the largest copy's, ``(columns,)``, at most 100.

    Of each column the most that it came to in a round, while three copies were left, or all of one
    or two columns. So what tells something among many columns counts, though others that tell the
    same outlast it, and so does what tells something among few alone.

    Parameters
    ----------
    rounds : sequence of tuple of ndarray
        Of each round the columns and copies, their relevance, and whether they were kept.
    width : int
        How many columns there are; their copies follow.

    Examples
    --------
    >>> kept = np.ones(4, dtype=bool)
    >>> first = np.arange(4), np.array([5.0, 1.0, 2.0, 1.0]), kept
    >>> then = np.arange(4), np.array([1.0, 4.0, 0.5, 0.5]), kept
    >>> against_copies([first, then], width=2).tolist()
    [2.5, 8.0]
    """
    most = np.zeros(2 * width)
    for left, relevance, _ in rounds:
        of_copies = relevance[left >= width]
        if len(of_copies) < min(ENOUGH_COPIES, width):
            break
        unit = max(of_copies.max(), LEAST_UNIT * relevance.max(), np.finfo(float).tiny)
        most[left] = np.maximum(most[left], relevance / unit)
    return most[:width]


def chained(rounds: Sequence[RelevanceOfRound], columns: int) -> np.ndarray:
    """How long columns and copies stayed, ``(columns,)``, from 1 for the last down.

    Those of the last round have its relevance over the largest. A column that was dropped earlier
    has, of the smallest number of those that stayed, the share that its relevance was of the
    smallest relevance of theirs: so the order is that of leaving, and nothing else is lost.

    Parameters
    ----------
    rounds : sequence of tuple of ndarray
        Of each round the columns, their relevance, and whether they were kept.
    columns : int
        How many there were at first.

    Examples
    --------
    >>> first = np.array([0, 1, 2]), np.array([4.0, 1.0, 2.0]), np.array([True, False, True])
    >>> last = np.array([0, 2]), np.array([1.0, 4.0]), np.array([True, True])
    >>> chained([first, last], columns=3).tolist()
    [0.25, 0.125, 1.0]
    """
    stayed = np.zeros(columns)
    left, relevance, _ = rounds[-1]
    stayed[left] = relevance / max(relevance.max(), np.finfo(float).tiny)
    for left, relevance, kept in reversed(rounds[:-1]):
        smallest = max(relevance[kept].min(), np.finfo(float).tiny)
        share = np.minimum(relevance[~kept] / smallest, 1)
        stayed[left[~kept]] = share * stayed[left[kept]].min()
    return stayed


def _kept(relevance: Tensor) -> Tensor:
    """Which columns stay: those with the largest relevance; all of the last few."""
    kept = torch.zeros(len(relevance), dtype=torch.bool)
    order = relevance.argsort(descending=True, stable=True)
    kept[order[: _number_kept(len(relevance))]] = True
    return kept


def _number_kept(columns: int) -> int:
    if columns <= LEFT:
        return columns
    share = KEPT_OF_MANY if columns > FEW else KEPT_OF_FEW
    return max(LEFT, min(int(share * columns), columns - 1))
