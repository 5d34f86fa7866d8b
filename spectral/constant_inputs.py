"""Inputs that are constant in the training data: left out before the network, relevance 0.

They tell no sample from another. One that is 0 throughout changes no other weight by leaving, since
Adam and the penalty move each parameter by itself; one of another value was a second bias, which
the layer has anyway. Of MNIST's 784 pixels, 168 are dark in every zero and one that is trained on.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from spectral.arguments import described, whole_numbers
from spectral.layer import SpectralLinear
from spectral.tensor_arguments import checked_tensor


def varying_inputs(inputs: Tensor) -> Tensor:
    """Which of the inputs ``(B, N)`` take more than one value: their indices, in order.

    Raises
    ------
    ValueError
        If all are constant.

    Examples
    --------
    >>> import torch
    >>> varying_inputs(torch.tensor([[0.0, 1.0, 5.0], [0.0, 2.0, 5.0]])).tolist()
    [1]
    """
    kept = (inputs != inputs[0]).any(dim=0).nonzero().flatten()
    if not len(kept):
        raise ValueError(
            f"all {inputs.shape[1]} inputs are constant in the training data: there is nothing to "
            "learn from"
        )
    return kept


def checked_kept(kept: Any, in_features: int) -> tuple[int, ...]:
    """The inputs to keep: at least one, in order, each once."""
    values = kept.tolist() if isinstance(kept, Tensor) else kept
    numbers = whole_numbers("kept", values, most=in_features - 1)
    if not numbers or list(numbers) != sorted(set(numbers)):
        raise ValueError(f"kept is {described(values)}, but must hold inputs in order, each once")
    return numbers


def check_same_inputs(theirs: list[int], ours: list[int]) -> None:
    """Refuse what was trained on other inputs.

    Examples
    --------
    >>> check_same_inputs([0, 1], [2, 3])
    Traceback (most recent call last):
    ValueError: the state is of a network that keeps 2 inputs, [0, 1], but this one keeps 2, [2, 3]
    """
    if theirs != ours:
        raise ValueError(
            f"the state is of a network that keeps {len(theirs)} inputs, {described(theirs)}, but "
            f"this one keeps {len(ours)}, {described(ours)}"
        )


def narrow(layer: SpectralLinear, kept: Tensor) -> None:
    """Let a layer, of one network or of many seeds, take the inputs ``kept`` alone.

    What is left is as it was.

    Examples
    --------
    >>> import torch
    >>> layer = SpectralLinear(3, 2)
    >>> narrow(layer, torch.tensor([0, 2]))
    >>> layer(torch.ones(5, 2)).shape
    torch.Size([5, 2])
    """
    layer.in_features = len(kept)
    layer.eigenvalues_in = _like(layer.eigenvalues_in, layer.eigenvalues_in[..., kept])
    layer.eigenvectors = _like(layer.eigenvectors, layer.eigenvectors[..., kept])


def widen(layer: SpectralLinear, kept: Tensor, in_features: int) -> None:
    """Let a narrowed layer take all inputs again; those that it left out are silent.

    Examples
    --------
    >>> import torch
    >>> layer = SpectralLinear(2, 4)
    >>> widen(layer, torch.tensor([0, 2]), in_features=3)
    >>> (layer.relevance() > 0).tolist()
    [True, False, True]
    """
    layer.in_features = in_features
    for name in ("eigenvalues_in", "eigenvectors"):
        parameter = getattr(layer, name)
        setattr(layer, name, _like(parameter, spread(parameter, kept, in_features)))


def spread(values: Tensor, kept: Tensor, in_features: int) -> Tensor:
    """``(..., N)`` with the values ``(..., len(kept))`` in the places ``kept``, 0 elsewhere.

    Examples
    --------
    >>> import torch
    >>> spread(torch.tensor([5.0, 6.0]), torch.tensor([0, 2]), in_features=3).tolist()
    [5.0, 0.0, 6.0]
    """
    wide = values.new_zeros(*values.shape[:-1], in_features)
    wide[..., kept] = values.detach()
    return wide


def taken(inputs: Tensor, kept: Tensor, active: Tensor, in_features: int) -> Tensor:
    """Of inputs that hold all columns, or those ``kept``, the ones that are active of these.

    Examples
    --------
    >>> import torch
    >>> kept, active = torch.tensor([0, 2, 3]), torch.tensor([1, 2])
    >>> taken(torch.tensor([5.0, 6.0, 7.0, 8.0]), kept, active, in_features=4).tolist()
    [7.0, 8.0]
    >>> taken(torch.tensor([5.0, 7.0, 8.0]), kept, active, in_features=4).tolist()
    [7.0, 8.0]
    """
    width = checked_tensor("inputs", inputs).shape[-1] if inputs.dim() else 0
    if width == in_features:
        return inputs.index_select(-1, kept[active])
    if len(active) < width == len(kept):
        return inputs.index_select(-1, active)
    return inputs


def _like(parameter: nn.Parameter, values: Tensor) -> nn.Parameter:
    return nn.Parameter(values.detach().clone(), requires_grad=parameter.requires_grad)
