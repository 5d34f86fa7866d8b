"""What a network may see of one column: waves over the ranks of its values."""

from __future__ import annotations

import numpy as np

COLUMNS_AT_ONCE = 64
"""Columns that are worked on at once: what is in between is float64, and stays in the cache."""
SMALLEST = 1e-3
"""A wave that the slower ones explain but for so much of its size says nothing new."""


def average_ranks(column_values: np.ndarray) -> np.ndarray:
    """The ranks of values in their columns, from 1; equal values share the mean of theirs.

    As ``scipy.stats.rankdata(axis=0)`` counts, whose import takes every process a second.

    Parameters
    ----------
    column_values : ndarray
        ``(B, N)``.

    Returns
    -------
    ndarray
        ``(B, N)``, float32: exact for up to eight million rows.

    Examples
    --------
    >>> average_ranks(np.array([[0.5], [7.0], [0.5]])).ravel().tolist()
    [1.5, 3.0, 1.5]
    """
    ranks = np.empty(column_values.shape, dtype=np.float32)
    for place, values in enumerate(column_values.T):
        _, kind, counts = np.unique(values, return_inverse=True, return_counts=True)
        ranks[:, place] = (np.cumsum(counts) - (counts - 1) / 2)[kind]
    return ranks


def waves(ranks: np.ndarray, count: int) -> np.ndarray:
    r"""Cosines of :math:`\pi k u` over the ranks u of each column, orthonormal in its rows.

    Ranks are taken from 0 to 1, so that neither the scale of a column nor outliers matter. The
    first wave rises or falls all the way, the second goes up and down once, and so on. Where a
    column takes few values, as one of zeros and ones does, the waves that say nothing new are 0
    throughout.

    Parameters
    ----------
    ranks : ndarray
        ``(B, N)``, see :func:`average_ranks`.
    count : int
        K, how many waves of each column.

    Returns
    -------
    ndarray
        ``(K, B, N)``, float32: of mean 0 and variance 1 in each column, or 0.

    Examples
    --------
    >>> values = np.column_stack([np.arange(100.0) ** 3, np.arange(100) > 30])
    >>> functions = waves(average_ranks(values), count=2)
    >>> functions.shape, functions[:, :, 0].var(axis=1).round(3).tolist()
    ((2, 100, 2), [1.0, 1.0])
    >>> functions[1, :, 1].any()
    np.False_
    """
    functions = np.empty((count, *ranks.shape), dtype=np.float32)
    width = ranks.shape[1]
    blocks = -(-width // COLUMNS_AT_ONCE)
    of_blocks = np.array_split(functions, blocks, axis=2)
    for of_block, block in zip(of_blocks, np.array_split(ranks, blocks, axis=1), strict=True):
        of_block[:] = _waves_of(block, count)
    return functions


def _waves_of(ranks: np.ndarray, count: int) -> np.ndarray:
    """The waves of a block of columns."""
    shares = (ranks.astype(float) - 0.5) / len(ranks)
    functions = np.empty((count, *ranks.shape), dtype=np.float32)
    for order in range(count):
        wave = np.cos(np.pi * (order + 1) * shares)
        wave -= wave.mean(axis=0)
        for slower in functions[:order]:
            wave -= (wave * slower).mean(axis=0) * slower
        deviation = wave.std(axis=0)
        told = deviation > SMALLEST
        functions[order] = np.where(told, wave / np.where(told, deviation, 1), 0)
    return functions
