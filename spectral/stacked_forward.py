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

BIASED = (SpectralLinear, nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


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
        return _called(network, tensors, inputs)

    # a compiler sees neither that random numbers are drawn nor whose: they are torch's, unshared
    randomness = "different" if torch.compiler.is_compiling() else "error"
    return torch.vmap(run, randomness=randomness)(_as_autocast(network, tensors, inputs), inputs)


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
            outputs.append(_called(network, own, inputs[position]))
    return torch.stack(outputs)


def _called(network: nn.Module, tensors: dict[str, Tensor], inputs: Tensor) -> Tensor:
    """The outputs with these parameters and buffers; refused if the network sets others."""
    given = dict(tensors)
    outputs = functional_call(network, given, (inputs,))
    if not torch.compiler.is_compiling():
        for name, tensor in tensors.items():
            if given[name] is not tensor:
                raise ValueError(
                    f"the network sets its buffer {name!r} anew, which would be lost in an "
                    "ensemble: change it in place, as by copy_ or add_"
                )
    return outputs


def _as_autocast(
    network: nn.Module, tensors: dict[str, Tensor], inputs: Tensor
) -> dict[str, Tensor]:
    """In mixed precision biases take the type of the products to which ``vmap`` adds them."""
    kind = inputs.device.type
    if not torch.is_autocast_enabled(kind):
        return tensors
    biases = {
        f"{name}.bias".lstrip(".")
        for name, module in network.named_modules(remove_duplicate=False)
        if isinstance(module, BIASED)
    }
    dtype = torch.get_autocast_dtype(kind)
    return {
        name: tensor.to(dtype) if name in biases else tensor for name, tensor in tensors.items()
    }
