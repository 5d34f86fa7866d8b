"""What columns tell that others tell already."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

RIDGE = 1e-3
"""Added to the correlation of every input with itself: equal columns share what they tell, and how
a processor rounds decides nothing."""


def redundancy_beside(
    chosen: np.ndarray, inputs: Tensor, groups: Tensor, weights: Tensor | None = None
) -> np.ndarray:
    """How much of every column some of them tell, ``(columns,)``, from 0 to 1.

    The share of its variance that a regression on them explains, R², with a small ridge; of a
    column of several inputs, the share of all their variance. It is 1 for the chosen ones, and 0
    where there are none.

    Parameters
    ----------
    chosen : ndarray
        ``(columns,)``, bool.
    inputs : Tensor
        ``(B, N)``, float32, of mean 0.
    groups : Tensor
        ``(N,)``, to which column each input belongs.
    weights : Tensor or None, default=None
        ``(B,)``, of the rows. None stands for equal ones.

    Examples
    --------
    >>> first, other = torch.tensor([1.0, 1.0, -1.0, -1.0]), torch.tensor([1.0, -1.0, 1.0, -1.0])
    >>> inputs = torch.stack([first, other, first + other], dim=1)
    >>> redundancy_beside(np.array([True, False, False]), inputs, torch.arange(3)).round(2).tolist()
    [1.0, 0.0, 0.5]
    """
    if not chosen.any():
        return np.zeros(len(chosen))
    if weights is not None:
        shares = weights / weights.sum()
        inputs = (inputs - shares @ inputs) * shares.sqrt().unsqueeze(1)
    sizes = torch.linalg.vector_norm(inputs, dim=0).double()
    telling = torch.from_numpy(chosen).to(groups.device)[groups]
    correlations = (inputs[:, telling].T @ inputs).double()
    correlations /= sizes.clamp_min(torch.finfo(inputs.dtype).tiny)
    correlations /= sizes[telling].clamp_min(torch.finfo(inputs.dtype).tiny).unsqueeze(1)
    among = correlations[:, telling] + RIDGE * torch.eye(len(correlations)).to(correlations)
    explained = (correlations * torch.linalg.solve(among, correlations)).sum(dim=0)
    variance = sizes.square()
    of_columns = torch.zeros(2, len(chosen)).to(variance)
    of_columns.index_add_(1, groups, torch.stack([explained * variance, variance]))
    redundancy = (of_columns[0] / of_columns[1].clamp_min(torch.finfo(variance.dtype).tiny)).cpu()
    return np.where(chosen, 1.0, redundancy.numpy().clip(0, 1))
