"""How much the rows of a table count."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_array


def checked_sample_weight(sample_weight: Any, rows: int) -> np.ndarray | None:
    """The weights as float64 ``(B,)``, the largest near 1; None, for all alike, stays so.

    Parameters
    ----------
    sample_weight : array-like or None
        ``(B,)``, at least 0, and above 0 in at least two rows if there are two.
    rows : int
        B.

    Raises
    ------
    ValueError
        If they are no numbers, of another shape, negative, zero but for one row, or hold NaN or
        infinity.

    Examples
    --------
    >>> checked_sample_weight([1, -1], rows=2)
    Traceback (most recent call last):
    ValueError: sample_weight holds -1, but must be at least 0
    """
    if sample_weight is None:
        return None
    weights = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
    )
    if weights.shape != (rows,):
        raise ValueError(
            f"sample_weight has shape {weights.shape}, but must be ({rows},): one number a row"
        )
    if weights.min() < 0:
        raise ValueError(f"sample_weight holds {weights.min():g}, but must be at least 0")
    if not weights.any():
        raise ValueError("sample_weight is zero in all rows, but must weigh at least one")
    if rows > 1 and np.count_nonzero(weights) < 2:
        raise ValueError("sample_weight is zero in all rows but one, but must weigh at least two")
    return of_usual_size(weights)


def of_usual_size(weights: np.ndarray) -> np.ndarray:
    """Weights over a power of two, which changes no digit: the largest is between 1 and 2.

    Examples
    --------
    >>> of_usual_size(np.array([3.0, 1e300])).max() < 2
    np.True_
    """
    return weights / 2.0 ** np.floor(np.log2(weights.max()))
