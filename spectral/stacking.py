"""Networks of many seeds in one: parameters and buffers with a leading dimension."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from spectral.dropout import Dropout


def stack(networks: Sequence[nn.Module]) -> nn.Module:
    """The first network, with the parameters and buffers of all, stacked. What is tied stays so.

    Raises
    ------
    ValueError
        If the networks differ in more than their numbers, or share some.

    Examples
    --------
    >>> stack([nn.Linear(3, 2), nn.Linear(3, 2)]).weight.shape
    torch.Size([2, 2, 3])
    """
    _check_alike(networks)
    first, *_ = tensors = [tensors_of(network) for network in networks]
    return _with_tensors(
        networks[0],
        {name: torch.stack([own[name].detach() for own in tensors]) for name in first},
    )


def unstack(network: nn.Module, position: int) -> nn.Module:
    """The ordinary network at one position of a stacked one."""
    values = {
        name: tensor.detach()[position].clone() for name, tensor in tensors_of(network).items()
    }
    member = _with_tensors(network, values)
    for module in member.modules():
        if isinstance(module, Dropout):
            module.streams = None  # they belong to all seeds
    return member


def tensors_of(network: nn.Module) -> dict[str, Tensor]:
    """Parameters and buffers by name, each once."""
    return dict(network.named_parameters()) | dict(network.named_buffers())


def _with_tensors(network: nn.Module, values: dict[str, Tensor]) -> nn.Module:
    """A copy of the network with other parameters and buffers, wherever it holds them."""
    copies = {}
    for name, tensor in tensors_of(network).items():
        new = values[name]
        if isinstance(tensor, nn.Parameter):
            new = nn.Parameter(new, tensor.requires_grad)
        copies[id(tensor)] = new
    return copy.deepcopy(network, copies)  # what is in the memo is taken for the copy


def _check_alike(networks: Sequence[nn.Module]) -> None:
    tensors = [tensors_of(network) for network in networks]
    if len({id(t) for own in tensors for t in own.values()}) < sum(map(len, tensors)):
        raise ValueError(
            "build makes networks that share parameters or buffers, but must make new ones for "
            "each seed"
        )
    plans = [
        (repr(network), {name: (t.shape, t.dtype, t.requires_grad) for name, t in own.items()})
        for network, own in zip(networks, tensors, strict=True)
    ]
    if any(plan != plans[0] for plan in plans):
        raise ValueError("build must make networks of the same layers and shapes for all seeds")
