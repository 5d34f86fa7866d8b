"""Many seeds of one network as one module."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from spectral.arguments import checked_seeds, whole_number
from spectral.dropout import Dropout
from spectral.randomness import number_of, seeded
from spectral.stacked_forward import broadcasts, can_be_mapped, in_turn, mapped
from spectral.stacking import stack, unstack
from spectral.tensor_arguments import checked_tensor


class Ensemble(nn.Module):
    """S seeds of one network, trained side by side.

    Every parameter and buffer gets a leading dimension of S. The layers of this package
    broadcast over it, so that one batched matrix product serves all seeds; a network that holds
    other layers, too, runs through :func:`torch.vmap`, or seed by seed where a layer draws random
    numbers or ``vmap`` does not know it. Each seed gets what its network alone would give. What
    else the networks hold, such as a number drawn when one is made, is that of the first.

    Under :func:`torch.compile` and :func:`torch.export.export`, torch's dropout draws from torch's
    random numbers, one stream for all seeds, whatever :meth:`start_epoch` was told. An export for
    batches of any size takes a :class:`SpectralMLP`, but, by limits of ``vmap``, no
    :class:`torch.nn.BatchNorm1d` and in training no :class:`torch.nn.Dropout`; compiled with
    ``dynamic=False`` both run.

    The state dict has the names of the single network, and the seeds, so that another ensemble's
    is refused.

    Parameters
    ----------
    build : callable
        Makes one network. It is called once a seed, with torch's random numbers seeded by it;
        so seed k starts from the same parameters in whatever company.
    seeds : sequence of int
        The seeds: at least one, all different and none negative.

    Attributes
    ----------
    seeds : tuple of int
        The seeds, in the order of every leading dimension.
    network : torch.nn.Module
        The network of the first seed, with the stacked parameters and buffers of all.

    Shape
    -----
    Input ``(S, B, *)``, or ``(B, N)`` for all seeds alike; output ``(S, B, *)``.

    Raises
    ------
    ValueError
        If there is no seed, one is negative or one comes twice, the networks of the seeds differ
        in more than their numbers, the inputs are for another number of seeds, or a network sets a
        buffer anew instead of changing it in place.
    TypeError
        If a seed is not a whole number, or ``build`` makes no network.

    Examples
    --------
    >>> from spectral import SpectralLinear
    >>> def build():
    ...     return nn.Sequential(SpectralLinear(20, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> ensemble = Ensemble(build, seeds=[0, 1, 2])
    >>> ensemble(torch.randn(8, 20)).shape
    torch.Size([3, 8, 2])
    >>> ensemble.member(2)(torch.randn(8, 20)).shape
    torch.Size([8, 2])
    """

    def __init__(self, build: Callable[[], nn.Module], seeds: Sequence[int]) -> None:
        super().__init__()
        self.seeds = checked_seeds(seeds)
        self.network = stack([_built(build, seed) for seed in self.seeds])
        self._epoch: tuple[int, int] | None = None
        self._passes = 0
        self._mapped: dict[tuple[bool, ...], bool] = {}

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs of all seeds, ``(S, B, *)``."""
        if checked_tensor("inputs", inputs).dim() == 2:
            inputs = inputs.expand(len(self.seeds), *inputs.shape)
        if inputs.dim() < 3 or len(inputs) != len(self.seeds):
            raise ValueError(
                f"the inputs have shape {tuple(inputs.shape)}, but an ensemble of "
                f"{len(self.seeds)} seeds takes (batch, features) or "
                f"({len(self.seeds)}, batch, ...)"
            )
        if inputs.dim() == 3 and broadcasts(self.network):
            return self.network(inputs)
        if torch.compiler.is_compiling():
            return mapped(self.network, inputs)
        return self._any_network(inputs)

    def member(self, seed: int) -> nn.Module:
        """A copy of the ordinary network of one seed.

        Parameters
        ----------
        seed : int
            One of :attr:`seeds`.

        Raises
        ------
        TypeError, ValueError
            If it is not.
        """
        if whole_number("seed", seed) not in self.seeds:
            raise ValueError(f"seed {seed} is not one of {list(self.seeds)}")
        return unstack(self.network, self.seeds.index(seed))

    def start_epoch(self, epoch: int, process: int = 0) -> None:
        """Let each seed draw its random numbers of this epoch and process, as dropout does.

        Until then they are torch's, one stream for all seeds.

        Parameters
        ----------
        epoch : int
            The epoch, at least 0.
        process : int, default=0
            Which of the processes that train the ensemble together this is.
        """
        self._epoch = whole_number("epoch", epoch), whole_number("process", process)
        self._passes = 0
        if broadcasts(self.network):
            for module in self.modules():
                if isinstance(module, Dropout):
                    module.reseed(self.seeds, *self._epoch)

    def _any_network(self, inputs: Tensor) -> Tensor:
        """Through ``torch.vmap`` if it can be; that is tried once for each mode of the layers."""
        mode = tuple(module.training for module in self.network.modules())
        by_vmap = self._mapped.get(mode)
        if by_vmap is None:
            by_vmap = can_be_mapped(self.network, inputs)
        if by_vmap:
            outputs = mapped(self.network, inputs)
        else:
            outputs = in_turn(self.network, inputs, self._numbers())
        self._mapped[mode] = by_vmap  # wrong inputs pass neither way, and decide nothing
        return outputs

    def _numbers(self) -> list[int | None]:
        """What seeds torch for each seed in this pass; None before the first epoch."""
        if self._epoch is None:
            return [None] * len(self.seeds)
        self._passes += 1
        return [number_of(seed, *self._epoch, self._passes) for seed in self.seeds]

    def get_extra_state(self) -> Tensor:
        """The seeds, for the state dict."""
        return torch.tensor(self.seeds)

    def set_extra_state(self, state: Tensor) -> None:
        """Refuse the state of other seeds."""
        if state.tolist() != list(self.seeds):
            raise ValueError(
                f"the state is of the seeds {state.tolist()}, but this ensemble has the seeds "
                f"{list(self.seeds)}"
            )


def _built(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    if isinstance(build, nn.Module) or not callable(build):
        kind = type(build).__name__
        raise TypeError(f"build is of type {kind}, but must be a function that makes a network")
    with seeded(seed):
        network = build()
    if not isinstance(network, nn.Module):
        kind = type(network).__name__
        raise TypeError(f"build makes a {kind}, but must make a torch.nn.Module")
    return network
