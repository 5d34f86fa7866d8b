"""A training whose numbers have left all bounds says nothing, and says so."""

from __future__ import annotations

import torch
from torch import Tensor


def require_finite(relevance: Tensor, learning_rate: float) -> None:
    """Raise if a training has diverged.

    Parameters
    ----------
    relevance : Tensor
        What it has found, of any shape.
    learning_rate : float
        What it was trained with.

    Raises
    ------
    ValueError
        If a relevance is NaN or infinite.

    Examples
    --------
    >>> require_finite(torch.tensor([0.3, float("nan")]), learning_rate=1e30)
    Traceback (most recent call last):
    ValueError: learning_rate is 1e+30, with which the training diverged: it must be smaller
    """
    if not torch.isfinite(relevance).all():
        raise ValueError(
            f"learning_rate is {learning_rate}, with which the training diverged: it must be "
            "smaller"
        )
