"""What columns tell that others tell already."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

MOST_TOLD = 0.99
"""Of a column: beyond it rounding and chance decide."""


def told_by(chosen: np.ndarray, inputs: Tensor, groups: np.ndarray) -> np.ndarray:
    """How much of every column some of them tell, ``(columns,)``, from 0 to 1.

    The share of its variance that a linear regression on them explains, R²; of a column of several
    inputs, their mean. It is 1 for the chosen ones, and 0 if there are none.

    Parameters
    ----------
    chosen : ndarray
        ``(columns,)``, bool.
    inputs : Tensor
        ``(B, N)``.
    groups : ndarray
        ``(N,)``, to which column each input belongs.

    Examples
    --------
    >>> first, other = torch.tensor([1.0, 1.0, -1.0, -1.0]), torch.tensor([1.0, -1.0, 1.0, -1.0])
    >>> inputs = torch.stack([first, other, first + other], dim=1)
    >>> told_by(np.array([True, False, False]), inputs, np.arange(3)).round(6).tolist()
    [1.0, 0.0, 0.5]
    """
    values = inputs - inputs.mean(dim=0)
    basis = torch.linalg.qr(values[:, torch.from_numpy(chosen[groups])]).Q
    variance = values.square().sum(dim=0).clamp_min(torch.finfo().tiny)
    shares = ((basis.T @ values).square().sum(dim=0) / variance).numpy()
    of_columns = np.bincount(groups, shares) / np.bincount(groups)
    return np.where(chosen, 1.0, of_columns.clip(0, 1))


def variance_inflation(told: np.ndarray) -> np.ndarray:
    """By what others tell of a column, the factor 1 / (1 - R²), at most 100.

    By so much the variance of a coefficient grows where both are in a regression.

    Examples
    --------
    >>> variance_inflation(np.array([0.0, 0.5, 1.0])).round(6).tolist()
    [1.0, 2.0, 100.0]
    """
    return 1 / (1 - np.minimum(told, MOST_TOLD))
