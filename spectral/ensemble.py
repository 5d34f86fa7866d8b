"""Many seeds of one network as one module."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from spectral.batch_norm import BatchNorm
from spectral.dropout import Dropout
from spectral.layer import SpectralLinear

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
        The seeds, at least one, all different and none negative.

    Shape
    -----
    Input ``(S, B, in_features)``, or ``(B, in_features)`` for all seeds alike; output
    ``(S, B, out_features)``.

    Raises
    ------
    ValueError
        If there is no seed, one is negative or one comes twice, or the inputs are for another
        number of seeds.
    TypeError
        If the network holds parameters or buffers in a layer that cannot be stacked.

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
        self.network = stack([_build_with_seed(build, seed) for seed in self.seeds])

    def forward(self, inputs: Tensor, *columns: Tensor) -> Tensor:
        """The outputs of all seeds; ``columns`` go to a network that takes them."""
        if inputs.dim() == 2:
            inputs = inputs.expand(len(self.seeds), *inputs.shape)
        if inputs.dim() != 3 or len(inputs) != len(self.seeds):
            raise ValueError(
                f"the inputs have shape {tuple(inputs.shape)}, but an ensemble of "
                f"{len(self.seeds)} seeds takes (batch, features) or "
                f"({len(self.seeds)}, batch, features)"
            )
        return self.network(inputs, *columns)

    def member(self, seed: int) -> nn.Module:
        """A copy of the ordinary network of one seed."""
        if seed not in self.seeds:
            raise ValueError(f"seed {seed} is not one of {list(self.seeds)}")
        return unstack(self.network, self.seeds.index(seed))

    def start_epoch(self, epoch: int, process: int = 0) -> None:
        """Give every dropout layer the random streams of this epoch, one a seed and process."""
        device = next(self.parameters()).device
        for module in self.modules():
            if isinstance(module, Dropout):
                module.reseed(self.seeds, epoch, device, process)


def checked_seeds(seeds: Sequence[int]) -> tuple[int, ...]:
    """The seeds as a tuple; raises ``ValueError`` if none, negative or double."""
    seeds = tuple(int(seed) for seed in seeds)
    if not seeds:
        raise ValueError("there is no seed, but at least one is needed")
    if min(seeds) < 0:
        raise ValueError(f"seed {min(seeds)} is negative, but seeds are 0, 1, 2, …")
    if len(set(seeds)) < len(seeds):
        raise ValueError(f"the seeds {list(seeds)} are not all different")
    return seeds


def stack(networks: Sequence[nn.Module]) -> nn.Module:
    """One network whose parameters and buffers are those of ``networks``, stacked.

    Raises ``TypeError`` if a layer with parameters or buffers cannot be stacked.
    """
    return _combine(networks, torch.stack)


def unstack(network: nn.Module, position: int) -> nn.Module:
    """The ordinary network at one position of a stacked one."""
    return _combine([network], lambda tensors: tensors[0][position].clone())


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
