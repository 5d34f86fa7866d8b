"""The share of labels that a network predicts, also from some of its inputs alone."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from spectral.arguments import real_number, whole_numbers
from spectral.ranked_inputs import checked_order, mask
from spectral.samples import class_numbers
from spectral.tensor_arguments import check_finite, checked_tensor, filled_tensor

EVALUATION_BATCH = 256
"""Samples evaluated at a time; more would not fit a processor's cache."""


@torch.inference_mode()
def accuracy_by_inputs_kept(
    network: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    order: Tensor,
    kept: Sequence[int],
    baseline: float | Tensor = 0.0,
) -> Tensor:
    """The accuracy of a trained network that sees only the first inputs of ``order``.

    The network is not trained again (Fig. 3).

    Parameters
    ----------
    network : torch.nn.Module
        One network, or an ensemble of S.
    inputs : Tensor
        ``(B, N)``.
    labels : Tensor
        ``(B,)``, the classes.
    order : Tensor
        ``(N,)``, or ``(S, N)`` for an ensemble, such as :func:`spectral.ranking` gives it.
    kept : sequence of int
        K numbers of inputs to keep, each 0 to N.
    baseline : float or Tensor, default=0.0
        What the other inputs are set to, such as their means: one number, or ``(N,)``.

    Returns
    -------
    Tensor
        ``(K,)``, or ``(S, K)`` for an ensemble: the share of labels predicted.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, inputs or baseline are not finite, or ``order`` and ``kept`` are
        not what :func:`spectral.mask` takes.

    Examples
    --------
    >>> from spectral import SpectralLinear, relevance, ranking
    >>> model = nn.Sequential(SpectralLinear(4, 2))
    >>> order = ranking(relevance(model))
    >>> inputs, labels = torch.randn(10, 4), torch.zeros(10, dtype=torch.long)
    >>> accuracy_by_inputs_kept(model, inputs, labels, order, kept=[1, 2, 4]).shape
    torch.Size([3])
    """
    order, numbers = _checked_evaluation(network, inputs, labels, order, kept)
    absent = _checked_baseline(baseline, inputs)
    training = network.training
    network.eval()
    try:
        columns = []
        for number in numbers:
            seen = mask(order, number).unsqueeze(-2)
            batches = inputs.split(EVALUATION_BATCH)
            logits = [network(torch.where(seen, some, absent)) for some in batches]
            columns.append(accuracy(torch.cat(logits, dim=-2), labels))
    finally:
        network.train(training)
    return torch.stack(columns, dim=-1)


def _checked_evaluation(
    network: nn.Module, inputs: Tensor, labels: Tensor, order: Tensor, kept: Sequence[int]
) -> tuple[Tensor, tuple[int, ...]]:
    """Order and numbers of inputs kept, if all fits together."""
    if not isinstance(network, nn.Module):
        kind = type(network).__name__
        raise TypeError(f"network is of type {kind}, but must be a torch.nn.Module")
    check_finite("inputs", filled_tensor("inputs", inputs, "batch", "features", leading=False))
    samples, features = inputs.shape
    if checked_tensor("labels", labels).shape != (samples,):
        raise ValueError(
            f"the labels have shape {tuple(labels.shape)}, but {samples} inputs need ({samples},)"
        )
    order = checked_order(order)
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


def _checked_baseline(baseline: float | Tensor, inputs: Tensor) -> Tensor:
    """The baseline as the inputs are, ``()`` or ``(N,)``."""
    if not isinstance(baseline, Tensor):
        return inputs.new_tensor(real_number("baseline", baseline))
    check_finite("baseline", baseline)
    if baseline.shape not in ((), inputs.shape[1:]):
        raise ValueError(
            f"baseline has shape {tuple(baseline.shape)}, but must be one number or of shape "
            f"{tuple(inputs.shape[1:])}"
        )
    return baseline.to(inputs)


def accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    """The share of labels ``(..., B)`` that the logits ``(..., B, C)`` predict: ``(...)``.

    Parameters
    ----------
    logits : Tensor
        ``(..., B, C)``, without NaN.
    labels : Tensor
        ``(..., B)``, or ``(B,)`` for all leading dimensions of the logits alike.

    Raises
    ------
    TypeError, ValueError
        If they are no tensors, their shapes do not fit, the logits hold NaN, or the labels are
        not whole or no numbers of classes.

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
    labels, classes = class_numbers("labels", labels), logits.shape[-1]
    unknown = labels[(labels < 0) | (labels >= classes)]
    if len(unknown):
        raise ValueError(f"labels holds {unknown[0]}, but must be 0 to {classes - 1}")
    return (logits.argmax(dim=-1) == labels).float().mean(dim=-1)
