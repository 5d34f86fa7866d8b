"""The penalty on the first spectral layer, for the training of any LightningModule."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

from collections.abc import Collection

import pytorch_lightning as pl
import torch
from torch import nn
from torch.optim import Optimizer

from spectral.arguments import described, real_number
from spectral.first_layer import first_spectral_layer
from spectral.history import RelevanceHistory
from spectral.layer import SpectralLinear
from spectral.training import SpectralModule


class SpectralPenalty(RelevanceHistory):
    r"""Penalises the first spectral layer of any LightningModule, and records its relevance.

    The gradient of :math:`c_\lambda \sum \lambda^2 + c_\psi \sum \psi^2` is added once a step, to
    what the optimiser is about to see: after all batches that are accumulated, after mixed
    precision has scaled the gradients back, before they are clipped. So the training is that of
    the loss plus :func:`spectral.penalty`, while the loss that is logged stays as it is. By
    manual optimisation it works with the optimisers that ``self.optimizers()`` gives. A step
    without any gradient is left alone, as where ``training_step`` returns None.

    Parameters
    ----------
    eigenvalue_penalty : float
        :math:`c_\lambda`, at least 0.
    eigenvector_penalty : float
        :math:`c_\psi`, at least 0.
    name : str or None, default=None
        The layer to penalise and to record, where :func:`spectral.first_spectral_layer` needs to
        be told.
    at : collection of int or None, default=None
        The numbers of epochs done at which to record, see :class:`RelevanceHistory`.

    Attributes
    ----------
    epochs : list of int
        The epochs done at each record.

    Raises
    ------
    TypeError, ValueError
        If a coefficient is not a finite number of at least 0. When training starts, if the module
        penalises itself, as a :class:`SpectralModule` does, if the layer is not found, frozen or
        penalised by another callback, if a parameter of it is in no optimiser or in several, or if
        an optimiser is :class:`torch.optim.LBFGS`, which looks at the loss, too.
    RuntimeError
        If no step of a module that optimises manually came through Lightning.

    Examples
    --------
    >>> from torch.utils.data import DataLoader, TensorDataset
    >>> class Regression(pl.LightningModule):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.network = nn.Sequential(SpectralLinear(3, 8), nn.Tanh(), nn.Linear(8, 1))
    ...     def training_step(self, batch, batch_index):
    ...         inputs, targets = batch
    ...         return (self.network(inputs) - targets).square().mean()
    ...     def configure_optimizers(self):
    ...         return torch.optim.Adam(self.parameters())
    >>> penalised = SpectralPenalty(1e-3, 1e-3)
    >>> trainer = pl.Trainer(max_epochs=2, callbacks=[penalised], logger=False, barebones=True)
    >>> data = TensorDataset(torch.randn(64, 3), torch.randn(64, 1))
    >>> trainer.fit(Regression(), DataLoader(data, batch_size=32))
    >>> penalised.epochs, penalised.relevance.shape
    ([0, 1, 2], torch.Size([3, 3]))
    """

    def __init__(
        self,
        eigenvalue_penalty: float,
        eigenvector_penalty: float,
        name: str | None = None,
        at: Collection[int] | None = None,
    ) -> None:
        super().__init__(at, name)
        self.eigenvalue_penalty = real_number("eigenvalue_penalty", eigenvalue_penalty, least=0)
        self.eigenvector_penalty = real_number("eigenvector_penalty", eigenvector_penalty, least=0)
        self._stepped = False

    @property
    def state_key(self) -> str:
        """Each layer that is penalised has a history of its own in a checkpoint."""
        return self._generate_state_key(name=self.name)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if isinstance(pl_module, SpectralModule):
            raise TypeError(
                f"{type(pl_module).__name__} adds its own penalty: give it eigenvalue_penalty and "
                "eigenvector_penalty, and record its relevance with RelevanceHistory"
            )
        self._stepped = False
        layer = first_spectral_layer(pl_module, self.name)
        self._check_alone(trainer, pl_module, layer)
        _check_optimisers(trainer.optimizers, layer)
        super().on_train_start(trainer, pl_module)

    def on_before_optimizer_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, optimizer: Optimizer
    ) -> None:
        layer = first_spectral_layer(pl_module, self.name)
        stepped = _parameters_of(optimizer)
        penalised = [parameter for parameter in _penalised(layer) if parameter in stepped]
        if not penalised:
            return
        self._stepped = True
        if all(parameter.grad is None for parameter in stepped):
            return
        with torch.enable_grad():
            penalty = layer.penalty(self.eigenvalue_penalty, self.eigenvector_penalty).sum()
        gradients = torch.autograd.grad(penalty * _scale(trainer, optimizer), penalised)
        for parameter, gradient in zip(penalised, gradients, strict=True):
            parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if not self._stepped and not pl_module.automatic_optimization:
            raise RuntimeError(
                "no step of the layer's optimiser came through Lightning, and so the penalty was "
                "not applied: step the optimisers that self.optimizers() gives, or add "
                "spectral.penalty to the loss"
            )
        super().on_train_epoch_end(trainer, pl_module)

    def _check_alone(
        self, trainer: pl.Trainer, module: pl.LightningModule, layer: SpectralLinear
    ) -> None:
        """Refuse a second callback on the same layer."""
        for other in trainer.callbacks:  # type: ignore[attr-defined]
            if not isinstance(other, SpectralPenalty) or other is self:
                continue
            if first_spectral_layer(module, other.name) is layer:
                names = f"name={described(self.name)} and name={described(other.name)}"
                raise ValueError(
                    f"the callbacks of {names} penalise the same layer, but only one may: name "
                    "another layer, or leave one out"
                )


def _check_optimisers(optimisers: list[Optimizer], layer: SpectralLinear) -> None:
    if any(isinstance(optimiser, torch.optim.LBFGS) for optimiser in optimisers):
        raise ValueError(
            "LBFGS looks at the loss beside the gradient: add spectral.penalty to the loss that "
            "training_step returns, and record the relevance with RelevanceHistory"
        )
    penalised = _penalised(layer)
    if not penalised:
        raise ValueError(
            "the spectral layer's eigenvalues and eigenvectors are frozen, but a penalty moves "
            "what is trained: train them, or record the relevance alone with RelevanceHistory"
        )
    stepped = [_parameters_of(optimiser) for optimiser in optimisers]
    holding = [sum(parameter in each for each in stepped) for parameter in penalised]
    if min(holding) == 0:
        raise ValueError(
            "the spectral layer's parameters are in no optimiser: make the layer first, and the "
            "optimiser of its parameters"
        )
    if max(holding) > 1:
        raise ValueError(
            f"the spectral layer's parameters are in {max(holding)} optimisers, and would be "
            "penalised for each, but must be in one; or add spectral.penalty to the loss instead"
        )


def _penalised(layer: SpectralLinear) -> list[nn.Parameter]:
    """The parameters that the penalty moves."""
    return [each for each in (layer.eigenvalues_in, layer.eigenvectors) if each.requires_grad]


def _parameters_of(optimiser: Optimizer) -> set[nn.Parameter]:
    return {parameter for group in optimiser.param_groups for parameter in group["params"]}


def _scale(trainer: pl.Trainer, optimiser: Optimizer) -> float:
    """What an optimiser is about to divide the gradients by: a fused one, in mixed precision."""
    scaler = getattr(trainer.precision_plugin, "scaler", None)
    if scaler is None or not getattr(optimiser, "_step_supports_amp_scaling", False):
        return 1.0
    return scaler.get_scale()
