"""Which rows a seed trains on, and which it holds out to see when it should stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class RowsOfSeeds:
    """The rows of every seed, as indices.

    Parameters
    ----------
    training : Tensor
        ``(S, T)``.
    validation : Tensor
        ``(S, V)``.
    """

    training: Tensor
    validation: Tensor


def hold_out(targets: Tensor, share: float, seeds: Sequence[int], *, by_class: bool) -> RowsOfSeeds:
    """Let every seed hold out rows of its own, so that no row is lost to all of them.

    Parameters
    ----------
    targets : Tensor
        ``(B,)`` or ``(B, T)``.
    share : float
        The share of the rows that is held out, rounded down.
    seeds : sequence of int
        S of them; the rows of a seed depend on no other.
    by_class : bool
        Whether the share is taken from every class of targets, so that a class of few rows is
        trained on.

    Raises
    ------
    ValueError
        If fewer than two rows would be left to train on.

    Returns
    -------
    RowsOfSeeds
        Where the share comes to no row, validation is on all rows, which are trained on as well.

    Examples
    --------
    >>> rows = hold_out(torch.tensor([0, 1, 1, 1, 1]), 0.25, seeds=[0, 7], by_class=True)
    >>> rows.training.shape, rows.validation.shape
    (torch.Size([2, 4]), torch.Size([2, 1]))
    """
    kinds = targets.numpy() if by_class else np.zeros(len(targets), dtype=int)
    members = [np.flatnonzero(kinds == kind) for kind in np.unique(kinds)]
    counts = [int(len(rows) * share) for rows in members]
    left = len(targets) - sum(counts)
    if left < 2:
        raise ValueError(
            f"validation_fraction is {share}, but of {len(targets)} different rows at least 2 must "
            "be left to train on"
        )
    training, validation = [], []
    for seed in seeds:
        random = np.random.default_rng([seed, len(targets)])
        shuffled = [random.permutation(rows) for rows in members]
        parts = list(zip(shuffled, counts, strict=True))
        training.append(np.concatenate([rows[count:] for rows, count in parts]))
        validation.append(np.concatenate([rows[:count] for rows, count in parts]))
    trained = torch.from_numpy(np.stack(training))
    held = torch.from_numpy(np.stack(validation))
    return RowsOfSeeds(trained, held if any(counts) else trained)
