"""Some inputs of a spectral layer rest: their weights leave it and its optimiser, as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from spectral.constant_inputs import spread
from spectral.layer import SpectralLinear

StateKey = tuple[str, int, str]
"""Which parameter; of which optimiser; what that keeps of it."""


class ActiveSet:
    """The inputs that a layer takes; the others rest until they are taken again.

    The layer becomes as narrow as they are many: it gets other parameters, and so do the
    optimisers. What rests is kept: eigenvalues, eigenvectors, their gradients, and what optimisers
    remember of them, such as Adam's moments.

    Parameters
    ----------
    layer : SpectralLinear
        A layer, of one network or of many seeds, that takes all its inputs.
    optimisers : iterable of torch.optim.Optimizer
        Those that train it.

    Attributes
    ----------
    active : Tensor
        The inputs that the layer takes, in order.

    Examples
    --------
    >>> layer = SpectralLinear(3, 2)
    >>> inputs = ActiveSet(layer, [torch.optim.Adam(layer.parameters())])
    >>> inputs.take(torch.tensor([0, 2]))
    >>> layer(torch.ones(5, 2)).shape
    torch.Size([5, 2])
    >>> inputs.restore()
    >>> layer(torch.ones(5, 3)).shape
    torch.Size([5, 2])
    """

    def __init__(self, layer: SpectralLinear, optimisers: Iterable[Optimizer]) -> None:
        self.layer = layer
        self.optimisers = list(optimisers)
        self.in_features = layer.in_features
        self.active = self._all()
        self._whole: dict[StateKey, Tensor] = {}

    def take(self, active: Tensor) -> None:
        """Let the layer take these inputs alone; the others rest from now on, or go on resting."""
        self.restore()
        if len(active) < self.in_features:
            self.active = active
            self._replace(self._leave)

    def restore(self) -> None:
        """Let the layer take all inputs, those that rested as they were."""
        if len(self.active) < self.in_features:
            self._replace(self._rejoin)
            self.active = self._all()
            self._whole.clear()

    def _all(self) -> Tensor:
        return torch.arange(self.in_features, device=self.layer.eigenvectors.device)

    def _leave(self, key: StateKey, whole: Tensor) -> Tensor:
        self._whole[key] = whole
        return whole.index_select(-1, self.active)

    def _rejoin(self, key: StateKey, narrow: Tensor) -> Tensor:
        whole = self._whole.pop(key, None)
        if whole is None:  # there is more than there was, as after an optimiser's first step
            return spread(narrow, self.active, self.in_features)
        return whole.index_copy_(-1, self.active, narrow)

    def _replace(self, new: Callable[[StateKey, Tensor], Tensor]) -> None:
        """Put others in the place of all tensors that have a number for every weight or input."""
        for name in ("eigenvalues_in", "eigenvectors"):
            old = getattr(self.layer, name)
            parameter = nn.Parameter(new((name, -1, "values"), old.data), old.requires_grad)
            if old.grad is not None:
                parameter.grad = new((name, -1, "gradient"), old.grad)
            for number, optimiser in enumerate(self.optimisers):
                _exchange(optimiser, old, parameter)
                remembered = optimiser.state.get(parameter, {})
                for what, value in remembered.items():
                    if isinstance(value, Tensor) and value.shape == old.shape:
                        remembered[what] = new((name, number, what), value)
            setattr(self.layer, name, parameter)
        self.layer.in_features = self.layer.eigenvectors.shape[-1]


def _exchange(optimiser: Optimizer, old: nn.Parameter, new: nn.Parameter) -> None:
    """Let an optimiser train another parameter with what it remembers of an old one."""
    for group in optimiser.param_groups:
        group["params"][:] = [new if each is old else each for each in group["params"]]
    if old in optimiser.state:
        optimiser.state[new] = optimiser.state.pop(old)
