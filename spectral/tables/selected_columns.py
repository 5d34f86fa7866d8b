"""A ranking of the columns of a table, and which of them are selected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Selection:
    """A ranking of the columns of a table, and those that are selected.

    Parameters
    ----------
    importances : ndarray
        ``(S, columns)``, the relevance in every seed.
    ranking : ndarray
        ``(columns,)``, from 1.
    support : ndarray
        ``(columns,)``, whether a column is selected.
    selection_frequency : ndarray
        ``(columns,)``, 0 to 1: in which share of the seeds it would be.
    threshold : float
        The importance from which on columns are selected; where others than importances decide,
        that of the largest copy which they are compared with.
    redundancy : ndarray
        ``(columns,)``, 0 to 1: how much of a column those tell that a seed selects, itself
        included, in the mean over the seeds. 0 where no column regards another.
    """

    importances: np.ndarray
    ranking: np.ndarray
    support: np.ndarray
    selection_frequency: np.ndarray
    threshold: float
    redundancy: np.ndarray


def ranks(importances: np.ndarray) -> np.ndarray:
    """The place of each in the order of falling importance, from 1; ties in their order.

    Examples
    --------
    >>> ranks(np.array([0.5, 0.7, 0.5]))
    array([2, 1, 3])
    """
    order = np.argsort(-importances, kind="stable")
    places = np.empty(len(order), dtype=int)
    places[order] = np.arange(1, len(order) + 1)
    return places
