"""From the relevance to a ranking of the inputs, and to a mask of the first of them."""

from __future__ import annotations

import torch
from torch import Tensor

from spectral.arguments import described, whole_number
from spectral.tensor_arguments import WHOLE, check_finite, filled_tensor


def normalised(relevance: Tensor) -> Tensor:
    """The relevance divided by its largest value, seed by seed; zero where all inputs are silent.

    Parameters
    ----------
    relevance : Tensor
        ``(..., N)``, finite and never negative.

    Returns
    -------
    Tensor
        ``(..., N)``, 0 to 1.

    Raises
    ------
    TypeError, ValueError
        If it is no tensor of real numbers, is empty, or holds NaN, infinity or negative numbers.

    Examples
    --------
    >>> normalised(torch.tensor([1.0, 4.0, 0.0])).tolist()
    [0.25, 1.0, 0.0]
    """
    check_finite("relevance", filled_tensor("relevance", relevance, "inputs"))
    least = relevance.min().item()
    if least < 0:
        raise ValueError(f"relevance holds {least:g}, but is never negative")
    largest = relevance.amax(dim=-1, keepdim=True)
    return relevance / torch.where(largest > 0, largest, 1)


def ranking(relevance: Tensor) -> Tensor:
    """The inputs from the most to the least relevant; ties keep the order of the inputs.

    Parameters
    ----------
    relevance : Tensor
        ``(..., N)``, finite.

    Returns
    -------
    Tensor
        ``(..., N)``, indices.

    Raises
    ------
    TypeError, ValueError
        If it is no tensor of real numbers, is empty, or holds NaN or infinity.

    Examples
    --------
    >>> ranking(torch.tensor([0.1, 0.9, 0.0, 0.9])).tolist()
    [1, 3, 0, 2]
    """
    check_finite("relevance", filled_tensor("relevance", relevance, "inputs"))
    return relevance.argsort(dim=-1, descending=True, stable=True)


def mask(order: Tensor, kept: int) -> Tensor:
    """True for the first ``kept`` inputs of ``order``, false for the others.

    Parameters
    ----------
    order : Tensor
        ``(..., N)``, such as :func:`ranking` gives it.
    kept : int
        How many inputs to keep, 0 to N.

    Returns
    -------
    Tensor
        ``(..., N)``, boolean.

    Raises
    ------
    TypeError, ValueError
        If ``kept`` is not one of 0 to N, or ``order`` does not hold each of 0 to N - 1 once.

    Examples
    --------
    >>> mask(torch.tensor([1, 3, 0, 2]), kept=2).tolist()
    [False, True, False, True]
    """
    order = checked_order(order)
    kept = whole_number("kept", kept, most=order.shape[-1])
    chosen = torch.zeros_like(order, dtype=torch.bool)
    return chosen.scatter_(-1, order[..., :kept], True)


def checked_order(order: Tensor) -> Tensor:
    """The order as int64, if it holds each of its inputs once."""
    if filled_tensor("order", order, "inputs").dtype not in WHOLE:
        raise TypeError(f"order is {order.dtype}, but must be whole numbers, such as int64")
    order = order.long()
    places = torch.arange(order.shape[-1], device=order.device)
    if not torch.equal(order.sort(dim=-1).values, places.expand_as(order)):
        raise ValueError(
            f"order is {described(order.tolist())}, but must hold each of 0 to "
            f"{len(places) - 1} once"
        )
    return order
