"""Three ways to run a stacked network: broadcast, through ``torch.vmap``, or seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.func import functional_call

from spectral.activation import Tanh
from spectral.batch_norm import BatchNorm
from spectral.dropout import Dropout
from spectral.layer import SpectralLinear
from spectral.network import SpectralMLP
from spectral.randomness import seeded
from spectral.stacking import tensors_of

CONTAINERS = {SpectralMLP, nn.Sequential, nn.ModuleList}
LAYERS = {SpectralLinear, BatchNorm, Dropout}
ELEMENTWISE = {Tanh, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish}
ELEMENTWISE |= {nn.Identity, nn.Sigmoid, nn.Softplus, nn.Hardtanh}
BROADCASTING = CONTAINERS | LAYERS | ELEMENTWISE
"""Modules that treat ``(S, B, N)`` as S batches. Subclasses may do otherwise, and are not meant."""


def broadcasts(network: nn.Module) -> bool:
    """Whether every module of a network serves all seeds in one call.

    Examples
    --------
    >>> broadcasts(nn.Sequential(SpectralLinear(4, 2), nn.ReLU()))
    True
    >>> broadcasts(nn.Sequential(SpectralLinear(4, 2), nn.Softmax(dim=1)))
    False
    """
    return all(type(module) in BROADCASTING for module in network.modules())


def mapped(network: nn.Module, inputs: Tensor) -> Tensor:
    """The outputs of a stacked network through ``torch.vmap``: ``(S, B, *)``."""
    return _mapped(network, tensors_of(network), inputs)


def _mapped(network: nn.Module, tensors: dict[str, Tensor], inputs: Tensor) -> Tensor:
    def run(tensors: dict[str, Tensor], inputs: Tensor) -> Tensor:
        return functional_call(network, tensors, (inputs,))

    return torch.vmap(run, randomness="error")(tensors, inputs)


@torch.no_grad()
def can_be_mapped(network: nn.Module, inputs: Tensor) -> bool:
    """Whether ``torch.vmap`` runs a stacked network: tried, on copies of what may change.

    It cannot where random numbers are drawn, since all seeds would share them, and where it does
    not know a layer.
    """
    try:
        _mapped(network, {name: t.clone() for name, t in tensors_of(network).items()}, inputs)
    except RuntimeError:  # wrong inputs come here, too; seed by seed they fail in clearer words
        return False
    return True


def in_turn(network: nn.Module, inputs: Tensor, numbers: Sequence[int | None]) -> Tensor:
    """The outputs of a stacked network, one seed after the other: ``(S, B, *)``.

    Each draws from torch's random numbers seeded by its number, or as they come with ``None``.
    """
    tensors = {name: tensor.unbind() for name, tensor in tensors_of(network).items()}
    outputs = []
    for position, number in enumerate(numbers):
        own = {name: seeds[position] for name, seeds in tensors.items()}
        with nullcontext() if number is None else seeded(number):
            outputs.append(functional_call(network, own, (inputs[position],)))
    return torch.stack(outputs)
