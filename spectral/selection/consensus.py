"""From many eliminations to one ranking: the mean over the seeds, and who outlasts the copies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy.stats import norm

from spectral.samples import Samples
from spectral.selection.column_training import EliminationSettings
from spectral.selection.dealt_eliminations import eliminate_in_processes
from spectral.selection.dealt_seeds import OnProgress
from spectral.selection.elimination import Elimination
from spectral.selection.network_training import NetworkSettings
from spectral.tables.selected_columns import Selection

FREQUENT = 0.5
"""A column is selected that outlasts all copies in more than this share of the seeds."""
LARGEST_COPY = 1.0
"""Its importance: what that of columns is measured in."""
CHANCE = 0.01
"""The chance that columns are selected though they help no row that was held out."""
HIDDEN = (50,)
LEARNING_RATE = 3e-2
STEPS = 80
BATCH_SIZE = 128
HELD_OUT_SHARE = 0.2
PENALTY = 2.5
"""Over the root of the rows that a seed trains on: in proportion to the noise of a gradient."""
PLAIN_LEARNING_RATE = 2e-2
PLAIN_STEPS = 200
PLAIN_PENALTY = 0.75
"""The same of networks that see the columns as they are."""
FEWEST_ROWS, MOST_ROWS = 5_000, 20_000
"""That a seed looks at, where there are more: its trainings are as long for larger tables."""
FUNCTIONS = 6
"""Of each column."""
MEMORY = 48 * 10**6
"""Bytes of the functions of all columns, beyond which a seed looks at fewer rows than the most."""
MOST_MEMORY = 2**28
"""Bytes that they may take with the fewest rows; with more columns there are fewer of them."""


def select_by_elimination(
    samples: Samples,
    groups: np.ndarray,
    classes: int | None,
    n_select: int | Literal["auto"],
    seeds: Sequence[int],
    n_jobs: int | None,
    device: str,
    progress: OnProgress | None,
    **given: Any,
) -> Selection:
    """Rank columns by eliminations of many seeds, each on rows of its own.

    Every seed lets a permuted copy of each column train along, which cannot matter. With
    ``n_select="auto"`` a column is selected if it outlasts all copies in more than half of the
    seeds, provided that the columns which do so in a seed make the predictions of the rows that
    this seed held out significantly better. See :func:`agreed` for the ranking.

    Parameters
    ----------
    samples : Samples
        Inputs and targets.
    groups : ndarray
        ``(inputs,)``, to which column an input belongs.
    classes : int or None
        The number of classes; None where the targets are numbers.
    n_select : int or "auto"
        How many columns to select.
    seeds : sequence of int
        S of them.
    n_jobs : int or None
        How many processes train.
    device : str
        Where they train.
    progress : callable or None
        Told how far the work is.
    **given
        Options of the training that are to be others than by default, see :func:`settings_for`.
    """
    columns = 2 * (int(groups.max()) + 1)
    settings = settings_for(samples, columns, **given)
    found = eliminate_in_processes(
        samples,
        groups,
        classes,
        seeds,
        copies=True,
        settings=settings,
        most_rows=most_rows_for(columns),
        n_jobs=n_jobs,
        device=device,
        progress=progress,
    )
    return agreed(found, n_select)


def settings_for(samples: Samples, columns: int, **given: Any) -> EliminationSettings:
    """The numbers of an elimination of so many columns and copies.

    Parameters
    ----------
    samples : Samples
        Inputs and targets.
    columns : int
        How many columns and copies there are.
    **given
        Options of the estimators, such as ``hidden``, that are to be others than by default.
        ``early_stopping`` is of no meaning here.

    Raises
    ------
    ValueError
        If fewer than 2 rows would be left to train on.
    """
    rows = min(len(samples), most_rows_for(columns))
    held_out = given.get("validation_fraction", HELD_OUT_SHARE)
    seen = rows - int(held_out * rows)
    if seen < 2:
        raise ValueError(
            f"validation_fraction is {held_out}, but of {rows} different rows at least 2 must be "
            "left to train on"
        )
    batch_size = min(given.get("batch_size", BATCH_SIZE), seen)
    epochs = given.get("max_epochs")

    def network(penalty: float, learning_rate: float, steps: int) -> NetworkSettings:
        penalty /= math.sqrt(seen)
        return NetworkSettings(
            hidden=tuple(given.get("hidden", HIDDEN)),
            eigenvalue_penalty=given.get("eigenvalue_penalty", penalty),
            eigenvector_penalty=given.get("eigenvector_penalty", penalty),
            learning_rate=given.get("learning_rate", learning_rate),
            steps=steps if epochs is None else epochs * (seen // batch_size),
        )

    return EliminationSettings(
        **vars(network(PENALTY, LEARNING_RATE, STEPS)),
        plain=network(PLAIN_PENALTY, PLAIN_LEARNING_RATE, PLAIN_STEPS),
        batch_size=batch_size,
        held_out=held_out,
        functions=max(1, min(FUNCTIONS, MOST_MEMORY // (4 * columns * rows))),
    )


def most_rows_for(columns: int) -> int:
    """How many rows a seed looks at, at most, with so many columns and copies.

    Examples
    --------
    >>> most_rows_for(100), most_rows_for(200), most_rows_for(4000)
    (20000, 10000, 5000)
    """
    rows = MEMORY // (4 * columns * FUNCTIONS)
    return min(max(rows, FEWEST_ROWS), MOST_ROWS)


def agreed(
    found: Sequence[Elimination], n_select: int | Literal["auto"], confirmation: bool = True
) -> Selection:
    """What the seeds agree on.

    With ``"auto"`` the columns are selected that most seeds select, if the rows held out confirm
    them. They stand first in the ranking, in any case, see :func:`selected_first`; a wanted number
    is taken from its start.

    Parameters
    ----------
    found : sequence of Elimination
        One of each seed.
    n_select : int or "auto"
        How many columns to select.
    confirmation : bool, default=True
        Whether nothing is selected but what the rows held out confirm.

    Examples
    --------
    >>> importances, lasting = np.array([9.0, 0.1, 2.5]), np.array([1.0, 0.1, 0.2])
    >>> selected, gains = lasting == 1, np.array([0.5, 0.4, 0.6])
    >>> found = [Elimination(importances, lasting, selected, selected.astype(float), gains)] * 2
    >>> selection = agreed(found, n_select="auto")
    >>> selection.support, selection.ranking
    (array([ True, False, False]), array([1, 3, 2]))
    >>> agreed(found, n_select=2).support
    array([ True, False,  True])
    """
    importances = np.stack([each.importances for each in found])
    frequency = np.mean([each.selected for each in found], axis=0)
    sure = not confirmation or confirmed(found)
    support = (frequency > FREQUENT) & sure
    redundancy = np.mean([each.redundancy for each in found], axis=0)
    ranking = selected_first(support, found)
    if n_select != "auto":
        support = ranking <= n_select
        of_seeds = [selected_first(each.selected & sure, [each]) for each in found]
        frequency = np.mean(np.stack(of_seeds) <= n_select, axis=0)
    return Selection(importances, ranking, support, frequency, LARGEST_COPY, redundancy)


def selected_first(selected: np.ndarray, found: Sequence[Elimination]) -> np.ndarray:
    """The place of each column, from 1.

    Those that are selected come first, the one that lasts longest before all: beside it the next
    tells the most that is new, as a rule. The others follow by what they tell at all. If what a
    seed selects tells all of a column, it counts for as much as the largest copy more: it went
    since it was not needed, and not for it is noise.

    Parameters
    ----------
    selected : ndarray
        ``(columns,)``, bool.
    found : sequence of Elimination
        One of each seed: what counts are means over them.

    Examples
    --------
    >>> lasting, importances = np.array([0.1, 0.2, 0.5, 1.0]), np.array([0.7, 0.4, 2.0, 5.0])
    >>> selected = np.array([False, False, True, True])
    >>> redundancy, gains = np.array([0.0, 0.9, 1.0, 1.0]), np.array([0.5])
    >>> found = [Elimination(importances, lasting, selected, redundancy, gains)]
    >>> selected_first(selected, found)
    array([4, 3, 2, 1])
    """
    lasting = np.mean([each.lasting for each in found], axis=0)
    importances = np.mean([each.importances for each in found], axis=0)
    redundancy = np.mean([each.redundancy for each in found], axis=0)
    others = importances + LARGEST_COPY * redundancy
    order = np.lexsort((-np.where(selected, lasting, others), ~selected))
    return np.argsort(order) + 1


def confirmed(found: Sequence[Elimination]) -> bool:
    """Whether rows that were held out are predicted better with the columns that outlast copies.

    Each row counts once, by its mean over the seeds that held it out.
    """
    gains = np.stack([elimination.gains for elimination in found])
    gains = np.nanmean(gains[:, ~np.isnan(gains).all(axis=0)], axis=0)
    if len(gains) < 2 or not gains.any():
        return False
    error = gains.std(ddof=1) / math.sqrt(len(gains))
    return bool(gains.mean() > norm.isf(CHANCE) * error)
