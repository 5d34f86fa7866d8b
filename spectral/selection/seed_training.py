"""Trains seeds side by side on samples in memory, without ornaments: what an estimator fits with.

A bare loop over the layers, orders and penalties of this package. On a table of a few hundred rows
it takes a third of the time of Lightning's Trainer, and it does not wait seconds for its import.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spectral.ensemble import Ensemble
from spectral.first_layer import first_spectral_layer, relevance
from spectral.network import SpectralMLP
from spectral.running.arithmetic import torch_with
from spectral.samples import Samples
from spectral.seeded_order import SeededOrder
from spectral.selection.adam import Adam
from spectral.selection.best_state import BestState
from spectral.selection.divergence import require_finite
from spectral.selection.held_out import RowsOfSeeds, hold_out
from spectral.selection.one_at_a_time import ONE_AT_A_TIME
from spectral.weight_decay import groups_with_decay

PATIENCE = 20
"""So many epochs without a smaller loss on its validation rows end the training of a seed."""
MOMENTUM = 0.1
"""Of batch normalisation. The paper's 0.01 remembers its start for hundreds of steps, which is all
that a small table has."""
STEPS_OF_AN_EPOCH = 20
SMALLEST_BATCH, LARGEST_BATCH = 32, 512
ROWS_OF_A_PASS = 4096
"""Rows of a forward pass without gradients."""


@dataclass(frozen=True)
class TrainingSettings:
    """The numbers of a training.

    Parameters
    ----------
    hidden : sequence of int
        The sizes of the hidden layers.
    eigenvalue_penalty, eigenvector_penalty : float
        Of the first layer, see :meth:`spectral.SpectralLinear.penalty`.
    learning_rate : float
        Of Adam.
    max_epochs : int
        After so many epochs the training ends.
    batch_size : int
        Rows of a step, of each seed.
    early_stopping : bool
        Whether each seed holds out rows and is taken as it was at its smallest loss on them.
    validation_fraction : float
        The share of the rows that a seed then holds out.
    """

    hidden: Sequence[int]
    eigenvalue_penalty: float
    eigenvector_penalty: float
    learning_rate: float
    max_epochs: int
    batch_size: int
    early_stopping: bool
    validation_fraction: float


@dataclass(frozen=True, eq=False)
class TrainedSeeds:
    """What a training of several seeds leaves, on the CPU.

    Parameters
    ----------
    ensemble : Ensemble
        The networks, in evaluation mode.
    relevance : Tensor
        ``(S, inputs)``.
    epochs : Tensor
        ``(S,)``, after how many epochs each network was taken.
    """

    ensemble: Ensemble
    relevance: Tensor
    epochs: Tensor


def train_seeds(
    samples: Samples,
    classes: int | None,
    seeds: Sequence[int],
    settings: TrainingSettings,
    device: str = "cpu",
    on_epoch: Callable[[int], None] | None = None,
) -> TrainedSeeds:
    """Train seeds of a :class:`spectral.SpectralMLP` side by side.

    Parameters
    ----------
    samples : Samples
        B samples, at least two; weights are taken relative to their mean.
    classes : int or None
        The number of classes; None where the targets are numbers.
    seeds : sequence of int
        S of them. A seed decides its parameters, its order and the rows that it holds out.
    settings : TrainingSettings
        Its numbers.
    device : str, default="cpu"
        Where to train.
    on_epoch : callable or None, default=None
        Called after each epoch with the number of those done.

    Raises
    ------
    ValueError
        If the training diverges.

    Examples
    --------
    >>> samples = Samples(torch.randn(200, 3), torch.arange(200) % 2)
    >>> settings = TrainingSettings((10,), 1e-3, 1e-3, 0.01, 5, 50, True, 0.1)
    >>> train_seeds(samples, 2, seeds=[0, 1], settings=settings).relevance.shape
    torch.Size([2, 3])
    """
    held_out = settings.validation_fraction if settings.early_stopping else 0.0
    rows = hold_out(samples.targets, held_out, seeds, by_class=classes is not None)
    samples = _of_mean_weight(samples).to(torch.device(device))
    outputs = samples.targets.shape[1] if classes is None else classes
    with ONE_AT_A_TIME, torch_with(threads=1):
        ensemble = new_ensemble(samples.inputs.shape[1], outputs, settings.hidden, seeds)
        epochs = _run(ensemble.to(device), samples, rows, settings, on_epoch)
    columns = relevance(ensemble).cpu()
    require_finite(columns, settings.learning_rate)
    return TrainedSeeds(ensemble.cpu().eval(), columns, epochs)


def batch_size_for(rows: int) -> int:
    """How many rows a step takes by default: about 20 steps an epoch, of 32 to 512 rows.

    Examples
    --------
    >>> batch_size_for(100), batch_size_for(2000), batch_size_for(10**6)
    (32, 100, 512)
    """
    return min(max(rows // STEPS_OF_AN_EPOCH, SMALLEST_BATCH), LARGEST_BATCH)


def _of_mean_weight(samples: Samples) -> Samples:
    """The samples with weights of mean 1, so that the loss of a batch of rare ones stays small."""
    if samples.weights is None:
        return samples
    return Samples(samples.inputs, samples.targets, samples.weights / samples.weights.mean())


def new_ensemble(
    inputs: int, outputs: int, hidden: Sequence[int], seeds: Sequence[int]
) -> Ensemble:
    """The networks that :func:`train_seeds` starts from."""

    def build() -> nn.Module:
        network = SpectralMLP(inputs, outputs, hidden)
        network.normalisation.momentum = MOMENTUM
        return network

    return Ensemble(build, seeds)


def _run(
    ensemble: Ensemble,
    samples: Samples,
    rows: RowsOfSeeds,
    settings: TrainingSettings,
    on_epoch: Callable[[int], None] | None,
) -> Tensor:
    """Train to the end; how many epochs each seed was trained before it was taken."""
    device = samples.inputs.device
    penalties = settings.eigenvalue_penalty, settings.eigenvector_penalty
    layer = first_spectral_layer(ensemble)
    optimiser = Adam(groups_with_decay(ensemble.parameters(), layer, *penalties))
    training, validation = rows.training.to(device), rows.validation.to(device)
    order = SeededOrder(training.shape[1], settings.batch_size, ensemble.seeds, device=device)
    best = BestState(ensemble, PATIENCE)
    for epoch in range(settings.max_epochs):
        order.set_epoch(epoch)
        ensemble.train()
        for places in order:
            batch = samples.rows(training.gather(1, places))
            loss = _mean_losses(ensemble(batch.inputs), batch).sum()
            optimiser.step(loss, settings.learning_rate)
        if on_epoch is not None:
            on_epoch(epoch + 1)
        if settings.early_stopping:
            best.update(epoch + 1, _evaluated(ensemble, samples, validation))
            if best.all_ended(epoch + 1):
                break
    if not settings.early_stopping:
        return torch.full((len(ensemble.seeds),), settings.max_epochs)
    best.restore()
    return best.epochs


def _mean_losses(outputs: Tensor, samples: Samples) -> Tensor:
    """The mean loss of every seed, ``(S,)``: the cross-entropy of classes, the squared error of
    numbers."""
    if samples.targets.is_floating_point():
        losses = (outputs - samples.targets).square().mean(-1)
    else:
        losses = F.cross_entropy(outputs.mT, samples.targets, reduction="none")
    return (losses if samples.weights is None else losses * samples.weights).mean(-1)


@torch.no_grad()
def _evaluated(ensemble: Ensemble, samples: Samples, rows: Tensor) -> Tensor:
    """The mean loss of every seed on its own rows, ``(S,)``."""
    ensemble.eval()
    losses = torch.zeros(len(rows), device=rows.device)
    for part in rows.split(ROWS_OF_A_PASS, dim=1):
        batch = samples.rows(part)
        losses += _mean_losses(ensemble(batch.inputs), batch) * part.shape[1]
    return losses / rows.shape[1]
