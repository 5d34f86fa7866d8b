"""Networks of one seed: on rows of its own, of whatever columns are left.

They see functions of single columns and products of several, and are trained briefly: this finds
few deciding columns among very many. Where many columns add up, or tell nearly the same, a longer
training on the columns as they are tells them apart better. Which of both, the rows held out say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spectral.first_layer import relevance
from spectral.samples import Samples
from spectral.selection.column_functions import average_ranks, waves
from spectral.selection.dictionary import Dictionary, make_dictionary
from spectral.selection.network_training import NetworkSettings, train_network
from spectral.selection.redundancy import redundancy_beside

MOST_CONFIRMATIONS = 12
"""So often it is tried whether rows held out are predicted as well without some columns."""
CLEAR = 1.0
"""Standard errors by which their loss then has to rise."""
FEW_ENOUGH = (1024, 64)
"""As soon as no more columns and copies are left, a network on the columns as they are is tried."""
CLEARLY_BETTER = 2.0
"""Standard errors by which its loss on the rows held out has to be smaller."""


@dataclass(frozen=True)
class EliminationSettings(NetworkSettings):
    """The numbers of an elimination, first those of the network on functions of columns.

    Parameters
    ----------
    batch_size : int
        Rows of a step.
    held_out : float
        The share of the rows that the seed does not see.
    functions : int
        How many functions of each column the network sees.
    products : bool, default=True
        Whether it sees products of several columns, too.
    repeated : bool, default=True
        Whether it is trained anew without the least relevant columns, until few are left.
    confirmation : bool, default=True
        Whether columns are selected only if the rows held out need them.
    plain : NetworkSettings or None, default=None
        Of a network on the columns as they are, which goes on instead where it predicts the rows
        held out better; None where none is tried.
    """

    batch_size: int
    held_out: float
    functions: int
    products: bool = True
    repeated: bool = True
    confirmation: bool = True
    plain: NetworkSettings | None = None


@dataclass(frozen=True, eq=False)
class _Round:
    """A network, and what it sees of the columns."""

    dictionary: Dictionary
    network: nn.Module


class ColumnTraining:
    """Trains the networks of one seed, with torch's random numbers as they come.

    Parameters
    ----------
    samples : Samples
        Inputs ``(B, N)`` and targets.
    groups : ndarray
        ``(N,)``, to which column each input belongs.
    classes : int or None
        The number of classes; None where the targets are numbers.
    copies : bool
        Whether there is a copy of each column, with its rows in another order.
    settings : EliminationSettings
        The numbers of every training.
    device : torch.device
        Where to train.

    Attributes
    ----------
    columns : int
        How many columns there are; the copies follow in the same order.
    plain : bool
        Whether networks see the columns as they are, not functions of them.
    """

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
        rows = torch.randperm(len(samples))
        held_out = int(settings.held_out * len(rows))
        self.rows, self.training = rows, slice(held_out, len(rows))
        self.held_out = slice(held_out)
        ranks, columns = average_ranks(samples.inputs[rows].numpy()), torch.from_numpy(groups)
        self.columns = int(columns.max()) + 1
        if copies:
            ranks = np.concatenate([ranks, _shuffled_copies(ranks, groups)], axis=1)
            columns = torch.cat([columns, columns + self.columns])
            self.columns *= 2
        self.functions = torch.from_numpy(waves(ranks, settings.functions)).to(device)
        self.values = samples.inputs[rows].to(device)
        self.groups = columns.to(device)
        self.targets = samples.targets[rows].to(device)
        weights = samples.weights
        self.weights = None if weights is None else (weights / weights.mean())[rows].to(device)
        self.classes = classes
        self.plain = False
        self._looks: tuple[int, ...] = FEW_ENOUGH if settings.plain and held_out else ()
        self.indicators = _indicators(self.targets, classes, self.weights, self.training)

    def relevance(self, left: Tensor) -> Tensor:
        """The relevance ``(left,)`` of the columns that are left, in a network trained on them."""
        found = self._trained(left, self.plain)
        if self._is_due(len(left)):
            with torch.random.fork_rng(devices=[]):  # what is drawn later does not depend on it
                other = self._trained(left, plain=True)
            gains = self._held_out_losses(found) - self._held_out_losses(other)
            self.plain = _is_clear(gains, CLEARLY_BETTER)
            found = other if self.plain else found
        of_features = relevance(found.network).cpu()
        return found.dictionary.relevance_of_columns(of_features, self.columns)[left]

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
        if not len(order) or not len(without):
            return order, torch.zeros_like(without)
        losses = self._held_out_losses(self._trained(order, self.plain))
        for few in reversed(order.tensor_split(min(len(order), MOST_CONFIRMATIONS))):
            others = order[~torch.isin(order, few)]
            of_others = without
            if len(others):
                of_others = self._held_out_losses(self._trained(others, self.plain))
            if not _is_clear(of_others - losses, CLEAR):
                order, losses = others, of_others
        return order, without - losses

    def redundancy_beside(self, chosen: np.ndarray) -> np.ndarray:
        """How much of every column the chosen ones tell, as far as it rises or falls."""
        inputs = self.values.shape[1]
        waves = self.functions[0, :, :inputs]
        return redundancy_beside(chosen, waves, self.groups[:inputs], self.weights)

    def of_all_rows(self, gains: Tensor | None) -> np.ndarray:
        """What was found on the rows held out, in the place of each among all; NaN elsewhere."""
        everywhere = np.full(len(self.rows), np.nan)
        if gains is not None:
            everywhere[self.rows[self.held_out].numpy()] = gains.cpu().numpy()
        return everywhere

    def _is_due(self, columns: int) -> bool:
        """Whether a network on the columns as they are is to be tried."""
        passed = [most for most in self._looks if columns <= most]
        self._looks = tuple(most for most in self._looks if columns > most)
        return bool(passed) and not self.plain

    def _trained(self, left: Tensor, plain: bool) -> _Round:
        settings = self.settings.plain if plain and self.settings.plain else self.settings
        dictionary = self._as_they_are(left) if plain else self._functions_of(left)
        outputs = self.targets.shape[1] if self.classes is None else self.classes
        batches = self._batches(settings.steps)
        network = train_network(dictionary.features, outputs, batches, settings, self._losses)
        return _Round(dictionary, network)

    def _held_out_losses(self, found: _Round) -> Tensor:
        with torch.no_grad():
            return self._losses(found.network(found.dictionary.features))[self.held_out]

    def _places(self, left: Tensor) -> Tensor:
        """The inputs of columns and copies."""
        return torch.isin(self.groups, left.to(self.groups.device)).nonzero().flatten()

    def _as_they_are(self, left: Tensor) -> Dictionary:
        """The inputs of the columns; of the copies, too, with their rows in an order of their own.

        It is the same in every round: what a column has by chance it keeps, and so must a copy.
        """
        width = self.values.shape[1]
        chosen = self._places(left)
        values, groups = self.values[:, chosen % width], self.groups[chosen]
        for copy in groups[chosen >= width].unique():
            members = (groups == copy).nonzero().flatten()
            generator = torch.Generator().manual_seed(int(copy) * len(values) + int(self.rows[0]))
            order = torch.randperm(len(values), generator=generator).to(values.device)
            values[:, members] = values[:, members][order]
        return Dictionary(values, [groups[:, None].cpu()])

    def _functions_of(self, left: Tensor) -> Dictionary:
        """Waves over the ranks of the columns, and products of them."""
        chosen = self._places(left)
        functions = self.functions
        if len(chosen) < functions.shape[2]:
            functions = functions.index_select(2, chosen)
        dictionary = make_dictionary(
            functions,
            self.groups[chosen],
            self.indicators,
            self.training,
            self.columns,
            products=self.settings.products,
        )
        return Dictionary(dictionary.features, [members.cpu() for members in dictionary.columns])

    def _batches(self, steps: int) -> Iterator[Tensor]:
        """The rows of every step: epoch after epoch in an order of its own."""
        rows = self.training.stop - self.training.start
        size = min(self.settings.batch_size, rows)
        orders = [torch.randperm(rows) for _ in range(-(-steps // (rows // size)))]
        batches = [batch for order in orders for batch in order.split(size) if len(batch) == size]
        for batch in batches[:steps]:
            yield (batch + self.training.start).to(self.functions.device)

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


def _shuffled_copies(ranks: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The ranks with the rows of each column in another order, those of one column together."""
    orders = np.stack([torch.randperm(len(ranks)).numpy() for _ in range(groups.max() + 1)], 1)
    return np.take_along_axis(ranks, orders[:, groups], axis=0)


def _indicators(
    targets: Tensor, classes: int | None, weights: Tensor | None, training: slice
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


def _is_clear(gains: Tensor, errors: float) -> bool:
    """Whether the mean is so many standard errors above zero."""
    return bool(gains.mean() >= errors * gains.std(correction=0) / len(gains) ** 0.5)
