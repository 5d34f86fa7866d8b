"""From eigenvalues to a ranking of the inputs, to masks, to accuracy against inputs kept."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from spectral.arguments import described, whole_number, whole_numbers
from spectral.first_layer import first_spectral_layer
from spectral.samples import class_numbers
from spectral.tensor_arguments import WHOLE, check_finite, checked_tensor, filled_tensor


def input_relevance(model: nn.Module, name: str | None = None) -> Tensor:
    """How much a model uses each of its inputs, see :meth:`spectral.SpectralLinear.relevance`.

    A model that has a method ``relevance`` is asked itself, unless a layer is named: so a
    :class:`spectral.SpectralModule` that leaves out inputs tells the relevance of all.

    Parameters
    ----------
    model : torch.nn.Module
        A spectral layer, or what holds one.
    name : str, default=None
        The layer to read; without it the first, see
        :func:`spectral.first_layer.first_spectral_layer`.

    Returns
    -------
    Tensor
        ``(N,)``, or ``(S, N)`` for an ensemble, never negative.

    Raises
    ------
    TypeError
        If ``model`` is no module.
    ValueError
        If the model has no spectral layer, none of that name, or does not show which is first.

    Examples
    --------
    >>> from spectral import SpectralLinear
    >>> model = nn.Sequential(SpectralLinear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> input_relevance(model).shape
    torch.Size([4])
    """
    of_model = getattr(model, "relevance", None)
    if name is None and isinstance(model, nn.Module) and callable(of_model):
        return of_model()
    return first_spectral_layer(model, name).relevance()


def _checked_network(network: nn.Module) -> nn.Module:
    if not isinstance(network, nn.Module):
        kind = type(network).__name__
        raise TypeError(f"network is of type {kind}, but must be a torch.nn.Module")
    return network


def normalised(relevance: Tensor) -> Tensor:
    """The relevance ``(..., N)`` divided by its largest value, seed by seed.

    Where all inputs are silent it stays zero. NaN, infinity and negative numbers are refused.

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
    """The inputs from the most to the least relevant: ``(..., N)`` indices.

    Ties keep the order of the inputs. NaN and infinity are refused.

    Examples
    --------
    >>> ranking(torch.tensor([0.1, 0.9, 0.0, 0.9])).tolist()
    [1, 3, 0, 2]
    """
    check_finite("relevance", filled_tensor("relevance", relevance, "inputs"))
    return relevance.argsort(dim=-1, descending=True, stable=True)


def mask(order: Tensor, kept: int) -> Tensor:
    """True for the first ``kept`` inputs of ``order``: ``(..., N)``, boolean.

    Raises
    ------
    TypeError, ValueError
        If ``kept`` is not one of 0 to N, or ``order`` does not hold each of 0 to N - 1 once.

    Examples
    --------
    >>> mask(torch.tensor([1, 3, 0, 2]), kept=2).tolist()
    [False, True, False, True]
    """
    order = _checked_order(order)
    kept = whole_number("kept", kept, most=order.shape[-1])
    return _mask(order, kept)


def _checked_order(order: Tensor) -> Tensor:
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


def _mask(order: Tensor, kept: int) -> Tensor:
    chosen = torch.zeros_like(order, dtype=torch.bool)
    return chosen.scatter_(-1, order[..., :kept], True)


EVALUATION_BATCH = 256
"""Samples evaluated at a time; more would not fit a processor's cache."""


@torch.inference_mode()
def accuracy_by_inputs_kept(
    network: nn.Module, inputs: Tensor, labels: Tensor, order: Tensor, kept: Sequence[int]
) -> Tensor:
    """The accuracy of a trained network that sees only the first inputs of ``order``.

    The other inputs are set to zero; the network is not trained again (Fig. 3).

    Parameters
    ----------
    network
        One network, or an ensemble of S.
    inputs
        ``(B, N)``.
    labels
        ``(B,)``, the classes.
    order
        ``(N,)``, or ``(S, N)`` for an ensemble, such as :func:`ranking` gives it.
    kept
        K numbers of inputs to keep.

    Returns
    -------
    Tensor
        ``(K,)``, or ``(S, K)`` for an ensemble: the share of labels predicted.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, inputs are not finite, or ``order`` and ``kept`` are not what
        :func:`mask` takes.

    Examples
    --------
    >>> from spectral import SpectralLinear
    >>> model = nn.Sequential(SpectralLinear(4, 2))
    >>> order = ranking(input_relevance(model))
    >>> inputs, labels = torch.randn(10, 4), torch.zeros(10, dtype=torch.long)
    >>> accuracy_by_inputs_kept(model, inputs, labels, order, kept=[1, 2, 4]).shape
    torch.Size([3])
    """
    order, numbers = _checked_evaluation(network, inputs, labels, order, kept)
    training = network.training
    network.eval()
    try:
        columns = []
        for number in numbers:
            kept_inputs = _mask(order, number).unsqueeze(-2)
            logits = [network(some * kept_inputs) for some in inputs.split(EVALUATION_BATCH)]
            columns.append(accuracy(torch.cat(logits, dim=-2), labels))
    finally:
        network.train(training)
    return torch.stack(columns, dim=-1)


def _checked_evaluation(
    network: nn.Module, inputs: Tensor, labels: Tensor, order: Tensor, kept: Sequence[int]
) -> tuple[Tensor, tuple[int, ...]]:
    """Order and numbers of inputs kept, if all fits together."""
    _checked_network(network)
    check_finite("inputs", filled_tensor("inputs", inputs, "batch", "features", leading=False))
    samples, features = inputs.shape
    if checked_tensor("labels", labels).shape != (samples,):
        raise ValueError(
            f"the labels have shape {tuple(labels.shape)}, but {samples} inputs need ({samples},)"
        )
    order = _checked_order(order)
    seeds = len(getattr(network, "seeds", ()))
    if order.shape[-1] != features or (seeds and order.shape[:-1] not in ((), (seeds,))):
        raise ValueError(
            f"order has shape {tuple(order.shape)}, but must be ({features},)"
            + (f" or ({seeds}, {features})" if seeds else "")
        )
    numbers = whole_numbers("kept", kept, most=features)
    if not numbers:
        raise ValueError("kept is empty, but must hold at least one number of inputs")
    return order, numbers


def accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    """The share of labels ``(..., B)`` that the logits ``(..., B, C)`` predict: ``(...)``.

    Labels ``(B,)`` serve all leading dimensions of the logits.

    Examples
    --------
    >>> accuracy(torch.tensor([[2.0, 1.0], [0.0, 1.0]]), torch.tensor([0, 0])).item()
    0.5
    """
    filled_tensor("logits", logits, "batch", "classes")
    if checked_tensor("labels", labels).shape not in (logits.shape[:-1], logits.shape[-2:-1]):
        raise ValueError(
            f"the labels have shape {tuple(labels.shape)}, but logits of shape "
            f"{tuple(logits.shape)} need ({logits.shape[-2]},)"
        )
    if bool(torch.isnan(logits).any()):
        raise ValueError("the logits hold NaN")
    labels = class_numbers("labels", labels)
    return (logits.argmax(dim=-1) == labels).float().mean(dim=-1)
