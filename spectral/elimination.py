"""One seed's way to a ranking: train, drop the columns with the least relevance, train anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spectral.column_functions import waves
from spectral.dictionary import Dictionary, make_dictionary
from spectral.first_layer import relevance
from spectral.layer import SpectralLinear
from spectral.randomness import seeded
from spectral.samples import Samples
from spectral.seed_training import one_thread
from spectral.weight_decay import groups_with_decay

FEW = 32
"""From here on columns are dropped in smaller steps."""
KEPT_OF_MANY, KEPT_OF_FEW = 0.5, 0.8
LEFT = 2
"""The last columns are ranked by their relevance alone."""
MOST_CONFIRMATIONS = 12
"""So often it is tried whether rows held out are predicted as well without some columns."""
CLEAR = 1.0
"""Standard errors by which their loss then has to rise."""
COOLDOWN = 0.3
"""Over this share of its last steps the learning rate of a training falls to zero."""


@dataclass(frozen=True)
class EliminationSettings:
    """The numbers of an elimination.

    Parameters
    ----------
    hidden : tuple of int
        The sizes of the hidden layers.
    eigenvalue_penalty, eigenvector_penalty : float
        Of the first layer.
    learning_rate : float
        Of Adam.
    steps : int
        How long each round's network is trained.
    batch_size : int
        Rows of a step.
    held_out : float
        The share of the rows that the seed does not see.
    most_rows : int
        It sees no more than these.
    functions : int
        How many functions of each column the network sees.
    """

    hidden: tuple[int, ...]
    eigenvalue_penalty: float
    eigenvector_penalty: float
    learning_rate: float
    steps: int
    batch_size: int
    held_out: float
    most_rows: int
    functions: int


@dataclass(frozen=True, eq=False)
class Elimination:
    """What one seed found.

    Parameters
    ----------
    importances : ndarray
        ``(columns,)``, from 1 for the last column down.
    copies : ndarray
        The same of the permuted copies that trained along; empty where there were none.
    selected : ndarray
        ``(columns,)``, whether a column is more important than every copy, and rows that the seed
        held out are predicted better with it than with the other selected columns alone.
    gains : ndarray
        ``(B,)``, by how much the loss of each row held out is smaller with the selected columns
        than without any; NaN for rows that were not held out.
    """

    importances: np.ndarray
    copies: np.ndarray
    selected: np.ndarray
    gains: np.ndarray


def eliminate(
    samples: Samples,
    groups: np.ndarray,
    classes: int | None,
    seed: int,
    copies: bool,
    settings: EliminationSettings,
    device: str = "cpu",
    on_round: Callable[[int], None] | None = None,
) -> Elimination:
    """Rank columns by training again and again without the least relevant.

    Parameters
    ----------
    samples : Samples
        Inputs ``(B, N)`` and targets.
    groups : ndarray
        ``(N,)``, to which column each input belongs.
    classes : int or None
        The number of classes; None where the targets are numbers.
    seed : int
        Decides the rows, the copies and every network.
    copies : bool
        Whether a permuted copy of every column, which cannot matter, trains along.
    settings : EliminationSettings
        Its numbers.
    device : str, default="cpu"
        Where to train.
    on_round : callable or None, default=None
        Called after each round with how many are done.
    """
    with one_thread(), seeded(seed):
        race = Race(samples, groups, classes, copies, settings, torch.device(device))
        rounds = []
        left = torch.arange(race.columns)
        while True:
            of_columns = race.relevance(left)
            kept = _kept(of_columns)
            rounds.append((left.numpy(), of_columns.numpy(), kept.numpy()))
            if on_round is not None:
                on_round(len(rounds))
            if kept.all():
                break
            left = left[kept]
        importances = chained(rounds, race.columns)
        own, of_copies = np.split(importances, [groups.max() + 1])
        candidates = np.flatnonzero(own > of_copies.max(initial=0))
        order = candidates[np.argsort(-own[candidates], kind="stable")]
        chosen, gains = race.confirmed(torch.from_numpy(order)) if copies else (order, None)
        selected = np.isin(np.arange(len(own)), chosen)
    return Elimination(own, of_copies, selected, race.of_all_rows(gains))


def number_of_rounds(columns: int) -> int:
    """How often :func:`eliminate` trains, with so many columns and copies.

    Examples
    --------
    >>> number_of_rounds(1), number_of_rounds(64)
    (1, 13)
    """
    rounds = 1
    while (kept := _number_kept(columns)) < columns:
        columns, rounds = kept, rounds + 1
    return rounds


class Race:
    """The rows of one seed, the functions of all columns and copies, and its trainings."""

    def __init__(
        self,
        samples: Samples,
        groups: np.ndarray,
        classes: int | None,
        copies: bool,
        settings: EliminationSettings,
        device: torch.device,
    ) -> None:
        self.settings = settings
        self.number_of_rows = len(samples)
        rows = torch.randperm(len(samples))
        held_out = int(settings.held_out * len(rows))
        rows = rows[: max(settings.most_rows, 2)] if settings.most_rows < len(rows) else rows
        held_out = min(held_out, int(settings.held_out * len(rows)))
        self.rows, self.training = rows, torch.arange(held_out, len(rows), device=device)
        self.held_out = torch.arange(held_out, device=device)
        inputs, columns = samples.inputs[rows].numpy(), torch.from_numpy(groups)
        self.columns = int(columns.max()) + 1
        if copies:
            inputs = np.concatenate([inputs, _permuted(inputs, groups)], axis=1)
            columns = torch.cat([columns, columns + self.columns])
            self.columns *= 2
        self.functions = torch.from_numpy(waves(inputs, settings.functions)).to(device)
        self.groups = columns.to(device)
        self.targets = samples.targets[rows].to(device)
        weights = samples.weights
        self.weights = None if weights is None else (weights / weights.mean())[rows].to(device)
        self.classes = classes
        self.indicators = _indicators(self.targets, classes, self.weights, self.training)

    def relevance(self, left: Tensor) -> Tensor:
        """The relevance ``(left,)`` of the columns that are left, in a network trained on them."""
        dictionary = self._dictionary(left)
        network = self._trained(dictionary.features)
        of_features = relevance(network).cpu()
        return dictionary.relevance_of_columns(of_features, self.columns)[left]

    def confirmed(self, order: Tensor) -> tuple[Tensor, Tensor]:
        """Which columns the rows held out need, and by how much each row's loss is then smaller.

        The least important are left out first, for good if the loss does not rise clearly. So of
        columns that tell the same one stays.

        Parameters
        ----------
        order : Tensor
            The columns in question, the most important first.
        """
        without = self._losses(self._without_inputs())[self.held_out]
        if not len(order) or not len(self.held_out):
            return order, torch.zeros_like(without)
        losses = self._held_out_losses(order)
        for few in reversed(order.tensor_split(min(len(order), MOST_CONFIRMATIONS))):
            others = order[~torch.isin(order, few)]
            of_others = self._held_out_losses(others) if len(others) else without
            rise = of_others - losses
            if rise.mean() < CLEAR * rise.std() / len(rise) ** 0.5:
                order, losses = others, of_others
        return order, without - losses

    def of_all_rows(self, gains: Tensor | None) -> np.ndarray:
        """What was found on the rows held out, in the place of each among all; NaN elsewhere."""
        everywhere = np.full(self.number_of_rows, np.nan)
        if gains is not None:
            everywhere[self.rows[self.held_out.cpu()].numpy()] = gains.cpu().numpy()
        return everywhere

    def _held_out_losses(self, chosen: Tensor) -> Tensor:
        features = self._dictionary(chosen).features
        network = self._trained(features)
        with torch.no_grad():
            return self._losses(network(features))[self.held_out]

    def _dictionary(self, left: Tensor) -> Dictionary:
        chosen = torch.isin(self.groups, left.to(self.groups.device)).nonzero().flatten()
        functions = self.functions
        if len(chosen) < functions.shape[2]:
            functions = functions[:, :, chosen]
        dictionary = make_dictionary(
            functions, self.groups[chosen], self.indicators, self.training, self.columns
        )
        return Dictionary(dictionary.features, [members.cpu() for members in dictionary.columns])

    def _trained(self, features: Tensor) -> nn.Module:
        settings = self.settings
        outputs = self.targets.shape[1] if self.classes is None else self.classes
        network = _network(features.shape[1], settings.hidden, outputs).to(features.device)
        penalties = settings.eigenvalue_penalty, settings.eigenvector_penalty
        groups = groups_with_decay(network.parameters(), network[0], *penalties)
        optimiser = torch.optim.Adam(groups, lr=settings.learning_rate, eps=1e-7, fused=True)
        for step, batch in enumerate(self._batches()):
            remaining = (settings.steps - step) / (COOLDOWN * settings.steps)
            for group in optimiser.param_groups:
                group["lr"] = settings.learning_rate * min(1, remaining)
            optimiser.zero_grad()
            self._losses(network(features[batch]), batch).mean().backward()
            optimiser.step()
        return network

    def _batches(self) -> list[Tensor]:
        """The rows of every step: epoch after epoch in an order of its own."""
        size = min(self.settings.batch_size, len(self.training))
        epochs = -(-self.settings.steps // (len(self.training) // size))
        orders = [torch.randperm(len(self.training)) for _ in range(epochs)]
        batches = [batch for order in orders for batch in order.split(size) if len(batch) == size]
        return [self.training[batch] for batch in batches[: self.settings.steps]]

    def _losses(self, outputs: Tensor, rows: Tensor | slice = slice(None)) -> Tensor:
        """The loss of every row: the cross-entropy of classes, the squared error of numbers."""
        targets = self.targets[rows]
        if self.classes is None:
            losses = (outputs - targets).square().mean(-1)
        else:
            losses = F.cross_entropy(outputs, targets, reduction="none")
        return losses if self.weights is None else losses * self.weights[rows]

    def _without_inputs(self) -> Tensor:
        """What the training rows say without any input: their mean, or their classes' shares."""
        seen = self.targets[self.training]
        weights = None if self.weights is None else self.weights[self.training]
        if self.classes is None:
            weights = torch.ones(len(seen), device=seen.device) if weights is None else weights
            outputs = (seen * weights.unsqueeze(1)).sum(0) / weights.sum()
        else:
            shares = torch.bincount(seen, weights, minlength=self.classes).float()
            outputs = (shares / shares.sum()).clamp_min(1e-6).log()
        return outputs.expand(len(self.rows), -1)


def chained(rounds: list[tuple[np.ndarray, np.ndarray, np.ndarray]], columns: int) -> np.ndarray:
    """One importance a column, ``(columns,)``, out of what all rounds found.

    Those of the last round are its relevance over the largest. A column that was dropped earlier
    has, of the smallest importance of those that stayed, the share that its relevance was of the
    smallest relevance of theirs: so the order is that of leaving, and nothing else is lost.

    Parameters
    ----------
    rounds : list of tuple of ndarray
        Of each round the columns, their relevance, and whether they were kept.
    columns : int
        How many there were at first.

    Examples
    --------
    >>> first = np.array([0, 1, 2]), np.array([4.0, 1.0, 2.0]), np.array([True, False, True])
    >>> last = np.array([0, 2]), np.array([1.0, 4.0]), np.array([True, True])
    >>> chained([first, last], columns=3).tolist()
    [0.25, 0.125, 1.0]
    """
    importances = np.zeros(columns)
    left, relevance, _ = rounds[-1]
    importances[left] = relevance / max(relevance.max(), np.finfo(float).tiny)
    for left, relevance, kept in reversed(rounds[:-1]):
        smallest = max(relevance[kept].min(), np.finfo(float).tiny)
        share = np.minimum(relevance[~kept] / smallest, 1)
        importances[left[~kept]] = share * importances[left[kept]].min()
    return importances


def _kept(relevance: Tensor) -> Tensor:
    """Which columns stay: those with the largest relevance; all of the last few."""
    kept = torch.zeros(len(relevance), dtype=torch.bool)
    order = relevance.argsort(descending=True, stable=True)
    kept[order[: _number_kept(len(relevance))]] = True
    return kept


def _number_kept(columns: int) -> int:
    if columns <= LEFT:
        return columns
    share = KEPT_OF_MANY if columns > FEW else KEPT_OF_FEW
    return max(LEFT, min(int(share * columns), columns - 1))


def _permuted(inputs: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The inputs with the rows of each column in another order, those of one column together."""
    orders = np.stack([torch.randperm(len(inputs)).numpy() for _ in range(groups.max() + 1)], 1)
    return np.take_along_axis(inputs, orders[:, groups], axis=0)


def _indicators(
    targets: Tensor, classes: int | None, weights: Tensor | None, training: Tensor
) -> Tensor:
    """What moments are taken with, ``(B, T)``: the targets or one for each class, standardised."""
    values = targets if classes is None else F.one_hot(targets, classes).float()
    if classes == 2:
        values = values[:, 1:]
    seen = values[training]
    shares = torch.ones(len(seen), 1) if weights is None else weights[training].unsqueeze(1)
    shares = shares.to(values.device) / shares.sum()
    mean = (seen * shares).sum(0)
    deviation = ((seen - mean).square() * shares).sum(0).sqrt()
    values = (values - mean) / deviation.clamp_min(1e-6)
    return values if weights is None else values * weights.unsqueeze(1)


def _network(inputs: int, hidden: tuple[int, ...], outputs: int) -> nn.Sequential:
    """Spectral layers with ReLU between them."""
    sizes = [inputs, *hidden, outputs]
    layers: list[nn.Module] = []
    for wide, narrow in zip(sizes, sizes[1:], strict=False):
        layers += [SpectralLinear(wide, narrow), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
