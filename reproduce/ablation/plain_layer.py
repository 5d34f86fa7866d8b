"""The paper's network with a plain linear first layer, and the group lasso on its columns."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

from collections.abc import Callable
from pathlib import Path
from typing import Any, Unpack

import torch
from torch import Tensor
from torch.optim import Optimizer

from spectral import SpectralClassifier
from spectral.arguments import real_number, true_or_false
from spectral.module_options import SeedOptions
from spectral.network import Activation
from spectral.running.files import digest_of_files
from spectral.training_batch import Batch


class PlainLayerClassifier(SpectralClassifier):
    r"""A classifier whose first layer has weights :math:`w_{ji}` of their own.

    Its eigenvalues stay at 1, so that the eigenvectors are the weights: the layer is an
    :class:`torch.nn.Linear`, drawn as the spectral one of the same seed is, and its relevance is
    the norm of each column. The penalty is the group lasso :math:`c \sum_i \lVert w_{\cdot i}
    \rVert_2`, to which the spectral layer's penalty comes for :math:`c = 2 \sqrt{c_\lambda
    c_\psi}`.

    Parameters
    ----------
    in_features, classes : int
        The sizes of input and output.
    hidden : tuple of int
        The sizes of the hidden layers.
    activation : {"relu", "tanh"}
        What follows the first layer.
    dropout : float
        The share of nodes of the first hidden layer dropped in training.
    learning_rate : float
        Of Adam.
    strength : float, default=0.0
        c, at least 0.
    proximal : bool, default=False
        Whether the penalty acts as a proximal step after each step of Adam, see
        :func:`shrink_columns`, and not as a term of the loss.
    **options
        The options of :class:`spectral.SpectralModule` beside its penalties.

    Examples
    --------
    >>> classifier = PlainLayerClassifier(
    ...     3, 2, hidden=(4,), activation="relu", dropout=0.0, learning_rate=0.01, strength=0.1
    ... )
    >>> norms = classifier.first.weight.norm(dim=-2)
    >>> torch.allclose(classifier.group_lasso(), 0.1 * norms.sum(-1))
    True
    """

    def __init__(
        self,
        in_features: int,
        classes: int,
        *,
        hidden: tuple[int, ...],
        activation: Activation,
        dropout: float,
        learning_rate: float,
        strength: float = 0.0,
        proximal: bool = False,
        **options: Unpack[SeedOptions],
    ) -> None:
        super().__init__(
            in_features,
            classes,
            hidden=hidden,
            activation=activation,
            dropout=dropout,
            learning_rate=learning_rate,
            eigenvalue_penalty=0.0,
            eigenvector_penalty=0.0,
            **options,
        )
        self.strength = real_number("strength", strength, least=0)
        self.proximal = true_or_false("proximal", proximal)
        self.hparams.update(  # they decide which stored runs are of this training
            strength=self.strength,
            proximal=self.proximal,
            first_layer_code_sha256=digest_of_files(Path(__file__).parent, [Path(__file__)]),
        )
        self.first.eigenvalues_in.requires_grad_(False)

    def group_lasso(self) -> Tensor:
        """The penalty of each seed: ``(S,)``."""
        return self.strength * torch.linalg.vector_norm(self.first.eigenvectors, dim=-2).sum(-1)

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        loss = super().training_step(batch, batch_index)
        return loss if self.proximal or not self.strength else loss + self.group_lasso().sum()

    def optimizer_step(
        self,
        epoch: int,
        batch_idx: int,
        optimizer: Any,
        optimizer_closure: Callable[[], Any] | None = None,
    ) -> None:
        super().optimizer_step(epoch, batch_idx, optimizer, optimizer_closure)
        if self.proximal:
            shrink_columns(self.first.eigenvectors, optimizer.optimizer, self.strength)


@torch.no_grad()
def shrink_columns(weight: Tensor, optimiser: Optimizer, strength: float) -> None:
    r"""The proximal step of the group lasso: each column shortened, or set to exactly 0.

    Adam divides the step of a weight by :math:`\sqrt{\hat v} + \epsilon`, and so a step of the
    penalty has to be divided, too; in a column by the mean, so that it keeps its direction. In
    plain steps of the learning rate times the strength nothing would ever fall silent: Adam moves a
    weight without use by about the learning rate.

    Parameters
    ----------
    weight : Tensor
        ``(..., M, N)``, of the optimiser, which has just made a step.
    optimiser : torch.optim.Adam
        What trains it.
    strength : float
        Of the group lasso.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.tensor([[3.0, 0.3], [4.0, 0.4]]))
    >>> adam = torch.optim.Adam([weight], lr=0.5, betas=(0.0, 0.0), eps=0.0)
    >>> weight.grad = torch.full((2, 2), 1e-6)
    >>> adam.step()
    >>> shrink_columns(weight, adam, strength=2e-6)
    >>> [round(norm, 3) for norm in weight.detach().norm(dim=0).tolist()]
    [3.301, 0.0]
    """
    (group,) = (each for each in optimiser.param_groups if any(p is weight for p in each["params"]))
    state = optimiser.state[weight]
    unbiased = state["exp_avg_sq"] / (1 - group["betas"][1] ** state["step"])
    scale = (unbiased.sqrt() + group["eps"]).mean(-2)
    norms = torch.linalg.vector_norm(weight, dim=-2)
    shortened = (1 - group["lr"] * strength / (scale * norms)).clamp_min(0)
    weight *= torch.where(norms > 0, shortened, 0).unsqueeze(-2)
