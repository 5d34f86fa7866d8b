"""Which inputs may be left out of a training: a screening rule, as solvers of the lasso have it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from spectral.arguments import real_number
from spectral.constant_inputs import spread
from spectral.first_layer import first_spectral_layer
from spectral.layer import SpectralLinear
from spectral.screening.active_set import ActiveSet


class Screening:
    r"""Leaves silent inputs out of a training, and takes back those that could matter again.

    The penalty :math:`c_\lambda \sum \lambda^2 + c_\psi \sum \psi^2` is at its smallest a group
    lasso of strength :math:`2 \sqrt{c_\lambda c_\psi}` on the columns of the weights. So a silent
    input, of column 0, stays silent as long as the gradient of the loss by its column is not
    longer than that. Whether it is shows a look at all inputs, now and then; from one look to the
    next, silent inputs rest, their weights and Adam's moments as they are. An input is left out
    if it is silent in every seed, and comes back if it passes in any.

    This is an active-set method and not the same optimisation to the letter: weights that rest
    do not go on shrinking, and an input that becomes relevant is noticed at the next look.

    Parameters
    ----------
    network : torch.nn.Module
        One network, or an :class:`spectral.Ensemble`.
    optimisers : iterable of torch.optim.Optimizer
        Those that train it.
    eigenvalue_penalty, eigenvector_penalty : float
        :math:`c_\lambda` and :math:`c_\psi`, above 0: without a penalty nothing falls silent.
    silent_below : float, default=1e-6
        An input is silent if its relevance is not above this share of its seed's largest.
    name : str, default=None
        The layer, where :func:`spectral.first_spectral_layer` needs to be told.

    Attributes
    ----------
    inputs : ActiveSet
        The inputs that take part.

    Raises
    ------
    TypeError, ValueError
        If a number is none or out of range, or the layer has eigenvalues of its output nodes.

    Examples
    --------
    >>> network = nn.Sequential(SpectralLinear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    >>> optimiser = torch.optim.Adam(network.parameters())
    >>> screening = Screening(network, [optimiser], 0.1, 0.1)
    >>> with torch.no_grad():
    ...     _ = network[0].eigenvalues_in.copy_(torch.tensor([1.0, 1e-20, 1e-20]))
    >>> inputs = torch.randn(10_000, 3)
    >>> look = screening.look()
    >>> look.add(lambda network: (network(inputs) - inputs[:, 2:]).square().mean())
    >>> screening.decide(look)
    >>> screening.inputs.active.tolist()  # the third could matter
    [0, 2]
    """

    def __init__(
        self,
        network: nn.Module,
        optimisers: Iterable[Optimizer],
        eigenvalue_penalty: float,
        eigenvector_penalty: float,
        silent_below: float = 1e-6,
        name: str | None = None,
    ) -> None:
        on_eigenvalues = real_number("eigenvalue_penalty", eigenvalue_penalty, above=0)
        on_eigenvectors = real_number("eigenvector_penalty", eigenvector_penalty, above=0)
        self.threshold = 2 * (on_eigenvalues * on_eigenvectors) ** 0.5
        self.silent_below = real_number("silent_below", silent_below, least=0, below=1)
        self.network = network
        self.name = name
        layer = first_spectral_layer(network, name)
        if layer.eigenvalues_out.requires_grad or bool(layer.eigenvalues_out.any()):
            raise ValueError(
                "the layer has eigenvalues of its output nodes, with which the penalty is no group "
                "lasso on the inputs: silent inputs cannot be told"
            )
        self.inputs = ActiveSet(layer, optimisers)

    def look(self) -> SilentGradient | None:
        """The start of a look at the silent inputs, left out or not; None if there are none."""
        silent = torch.ones(self.inputs.in_features, dtype=torch.bool)
        silent[self.inputs.active.cpu()] = self._silent().cpu()
        if not silent.any():
            return None
        return SilentGradient(self.network, self.inputs, silent.nonzero().flatten(), self.name)

    def decide(self, look: SilentGradient) -> None:
        """Leave out what was silent in a look and has too small a gradient; take all others."""
        passing = torch.ones(self.inputs.in_features, dtype=torch.bool)
        passing[look.silent] = look.lengths().cpu() > self.threshold
        if not passing.any():  # a layer without inputs would be none
            passing[:] = True
        self.inputs.take(passing.nonzero().flatten().to(self.inputs.active.device))

    def _silent(self) -> Tensor:
        """Which of the active inputs are silent in every seed."""
        relevance = self.inputs.layer.relevance()
        silent = relevance <= self.silent_below * relevance.amax(-1, keepdim=True)
        return silent.reshape(-1, silent.shape[-1]).all(dim=0)


class SilentGradient:
    """The mean gradient of a loss by the weights of silent inputs, at the start of a look.

    A copy of the network runs with all inputs, the silent ones with eigenvalue 1 and eigenvectors
    0, so that the gradient of the eigenvectors is that of the weights; what is trained is not
    touched.

    Parameters
    ----------
    network : torch.nn.Module
        The network as it is trained, perhaps without some inputs.
    inputs : ActiveSet
        Those that its layer takes.
    silent : Tensor
        The silent ones, of all.
    name : str, default=None
        The layer, where :func:`spectral.first_spectral_layer` needs to be told.
    """

    def __init__(
        self, network: nn.Module, inputs: ActiveSet, silent: Tensor, name: str | None = None
    ) -> None:
        self.silent = silent
        self.network = copy.deepcopy(network).requires_grad_(False)
        self.batches = 0
        self.layer = first_spectral_layer(self.network, name)
        _widen(self.layer, inputs, silent)

    def add(self, loss: Callable[[nn.Module], Tensor]) -> None:
        """Add the gradient of a batch's loss, as the optimiser has it, of the network given."""
        with torch.enable_grad():
            loss(self.network).backward()
        self.batches += 1

    def lengths(self) -> Tensor:
        """The length of the mean gradient of each silent input, the largest over the seeds."""
        gradient = self.layer.eigenvectors.grad
        if gradient is None:
            raise ValueError("no batch has been looked at")
        lengths = torch.linalg.vector_norm(gradient, dim=-2)[..., self.silent] / self.batches
        return lengths.reshape(-1, len(self.silent)).amax(dim=0)


def _widen(layer: SpectralLinear, inputs: ActiveSet, silent: Tensor) -> None:
    """Let a copy of the layer take all inputs, with weights of 0 for those that are silent."""
    layer.in_features = inputs.in_features
    for name, value in (("eigenvalues_in", 1.0), ("eigenvectors", 0.0)):
        whole = spread(getattr(layer, name), inputs.active, inputs.in_features)
        whole[..., silent] = value
        setattr(layer, name, nn.Parameter(whole, requires_grad=name == "eigenvectors"))
