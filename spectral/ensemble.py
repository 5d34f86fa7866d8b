"""Many seeds of one network as one module."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from spectral.arguments import checked_seeds, whole_number
from spectral.batch_norm import BatchNorm
from spectral.dropout import Dropout
from spectral.layer import SpectralLinear
from spectral.tensor_arguments import checked_tensor

STACKABLE = (SpectralLinear, BatchNorm)


class Ensemble(nn.Module):
    """S seeds of one network, trained side by side.

    Every parameter and buffer gets a leading dimension of S. The layers of this package
    broadcast over it, so that one batched matrix product serves all seeds. The state dict has
    the names of the single network.

    Parameters
    ----------
    build
        Makes one network. It is called once a seed, with torch's random numbers seeded by it;
        so seed k starts from the same parameters in whatever company.
    seeds
        The seeds, whole numbers: at least one, all different and none negative.

    Shape
    -----
    Input ``(S, B, in_features)``, or ``(B, in_features)`` for all seeds alike; output
    ``(S, B, out_features)``.

    Raises
    ------
    ValueError
        If there is no seed, one is negative or one comes twice, the networks of the seeds
        differ in shape, or the inputs are for another number of seeds.
    TypeError
        If a seed is not a whole number, ``build`` makes no network, or the network holds
        parameters or buffers in a layer that cannot be stacked.

    Examples
    --------
    >>> from spectral import SpectralMLP
    >>> ensemble = Ensemble(lambda: SpectralMLP(20, 2), seeds=[0, 1, 2])
    >>> ensemble(torch.randn(8, 20)).shape
    torch.Size([3, 8, 2])
    >>> ensemble.member(2)(torch.randn(8, 20)).shape
    torch.Size([8, 2])
    """

    def __init__(self, build: Callable[[], nn.Module], seeds: Sequence[int]) -> None:
        super().__init__()
        self.seeds = checked_seeds(seeds)
        self.network = stack(_build_all(build, self.seeds))

    def forward(self, inputs: Tensor) -> Tensor:
        if checked_tensor("inputs", inputs).dim() == 2:
            inputs = inputs.expand(len(self.seeds), *inputs.shape)
        if inputs.dim() != 3 or len(inputs) != len(self.seeds):
            raise ValueError(
                f"the inputs have shape {tuple(inputs.shape)}, but an ensemble of "
                f"{len(self.seeds)} seeds takes (batch, features) or "
                f"({len(self.seeds)}, batch, features)"
            )
        return self.network(inputs)

    def member(self, seed: int) -> nn.Module:
        """A copy of the ordinary network of one seed."""
        if whole_number("seed", seed) not in self.seeds:
            raise ValueError(f"seed {seed} is not one of {list(self.seeds)}")
        return unstack(self.network, self.seeds.index(seed))

    def start_epoch(self, epoch: int, process: int = 0) -> None:
        """Give every dropout layer the random streams of this epoch, one a seed and process."""
        device = next(self.parameters()).device
        for module in self.modules():
            if isinstance(module, Dropout):
                module.reseed(self.seeds, epoch, device, process)


def stack(networks: Sequence[nn.Module]) -> nn.Module:
    """One network whose parameters and buffers are those of ``networks``, stacked.

    Raises ``TypeError`` if a layer with parameters or buffers cannot be stacked.
    """
    return _combine(networks, torch.stack)


def unstack(network: nn.Module, position: int) -> nn.Module:
    """The ordinary network at one position of a stacked one."""
    return _combine([network], lambda tensors: tensors[0][position].clone())


def _build_all(build: Callable[[], nn.Module], seeds: Sequence[int]) -> list[nn.Module]:
    """The network of each seed: all different objects of the same shapes."""
    if isinstance(build, nn.Module) or not callable(build):
        kind = type(build).__name__
        raise TypeError(f"build is of type {kind}, but must be a function that makes a network")
    networks = [_build_with_seed(build, seed) for seed in seeds]
    for network in networks:
        if not isinstance(network, nn.Module):
            kind = type(network).__name__
            raise TypeError(f"build makes a {kind}, but must make a torch.nn.Module")
    if len({id(network) for network in networks}) < len(networks):
        raise ValueError("build makes one network twice, but must make a new one for each seed")
    shapes = [{name: t.shape for name, t in network.state_dict().items()} for network in networks]
    if any(others != shapes[0] for others in shapes):
        raise ValueError(f"build must make networks of the same shapes for all seeds {list(seeds)}")
    return networks


def _build_with_seed(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def _combine(networks: Sequence[nn.Module], combine: Callable[[list[Tensor]], Tensor]) -> nn.Module:
    combined = copy.deepcopy(networks[0])
    for path, module in combined.named_modules():
        if isinstance(module, Dropout):
            module.generators = []  # the streams belong to the seeds of the original
        siblings = [network.get_submodule(path) for network in networks]
        own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
        if own and not isinstance(module, STACKABLE):
            raise TypeError(
                f"{type(module).__name__} cannot hold several seeds: in an ensemble, layers "
                f"with parameters are {' or '.join(kind.__name__ for kind in STACKABLE)}"
            )
        for name, tensor in own:
            values = combine([getattr(sibling, name).detach() for sibling in siblings])
            if isinstance(tensor, nn.Parameter):
                values = nn.Parameter(values, requires_grad=tensor.requires_grad)
            setattr(module, name, values)
    return combined
