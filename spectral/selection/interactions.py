"""Which pairs and triples of columns tell something together: moments with the target."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

MOST_ROWS_OF_TRIPLES, FEWEST_ROWS_OF_TRIPLES = 2000, 120
"""So many rows tell which triples matter: there are very many triples to look at."""
MULTIPLICATIONS = 3 * 10**10
"""That looking at triples may take: a second."""
BLOCK = 512
"""Columns whose pairs are looked at at once."""


@dataclass(frozen=True, eq=False)
class Products:
    """Products of functions of different columns.

    Parameters
    ----------
    columns : Tensor
        ``(P, order)``, the places of the columns.
    functions : Tensor
        ``(P, order)``, which function of each.
    scores : Tensor
        ``(P,)``, how much they have to do with the target, see :func:`scores_of`.
    """

    columns: Tensor
    functions: Tensor
    scores: Tensor

    def and_more(self, others: Products) -> Products:
        """These, and others of as many columns."""
        return Products(
            torch.cat([self.columns, others.columns]),
            torch.cat([self.functions, others.functions]),
            torch.cat([self.scores, others.scores]),
        )

    def largest(self, count: int) -> Products:
        """Those with the largest scores."""
        chosen = self.scores.topk(min(count, len(self.scores))).indices
        return Products(self.columns[chosen], self.functions[chosen], self.scores[chosen])


def scores_of(features: Tensor, targets: Tensor) -> Tensor:
    """The moments of features ``(B, F)`` with targets ``(B, T)``: of each the largest, ``(F,)``.

    In units of what noise would have: if features and targets have mean 0 and variance 1 and are
    independent, a moment has a standard deviation of 1.
    """
    return (targets.T @ features).abs().amax(dim=0) / math.sqrt(len(targets))


class LargestProducts:
    """The products with the largest scores of all that were looked at.

    Parameters
    ----------
    count : int
        How many.
    order : int
        Of how many columns each is a product.
    device : torch.device
        Where the scores are.

    Attributes
    ----------
    products : Products
        Those found so far, the largest score first.
    """

    def __init__(self, count: int, order: int, device: torch.device) -> None:
        self.count = count
        places = torch.empty(0, order, dtype=torch.long, device=device)
        self.products = Products(places, places, torch.empty(0, device=device))

    def look_at(
        self,
        scores: Tensor,
        starts: tuple[int, int],
        functions: tuple[int, ...],
        others: tuple[int, ...] = (),
    ) -> None:
        """Take in what is larger among scores that are not 0.

        Parameters
        ----------
        scores : Tensor
            ``(rows, columns)``, a score for each pair of columns.
        starts : tuple of int
            The columns that the first row and the first column stand for.
        functions : tuple of int
            Which function of each column, of ``others`` first.
        others : tuple of int, default=()
            Columns that all these products share.
        """
        least = self.products.scores[-1] if len(self.products.scores) == self.count else 0
        if not scores.numel() or scores.max() <= least:
            return
        width, scores = scores.shape[1], scores.flatten()
        places = (scores > least).nonzero().flatten()
        values, best = scores[places].topk(min(self.count, len(places)))
        places = places[best]
        two = torch.stack([places // width + starts[0], places % width + starts[1]], dim=1)
        shared = two.new_tensor(others).expand(len(two), -1)
        columns = torch.cat([shared, two], dim=1)
        found = Products(columns, columns.new_tensor(functions).expand_as(columns), values)
        self.products = self.products.and_more(found).largest(self.count)


def pairs(functions: Tensor, targets: Tensor, count: int, largest_sum: int) -> Products:
    """The pairs of columns whose product has most to do with the target.

    Parameters
    ----------
    functions : Tensor
        ``(K, B, N)``, functions of each column, of mean 0 and variance 1.
    targets : Tensor
        ``(B, T)``, of mean 0 and variance 1.
    count : int
        How many pairs.
    largest_sum : int
        Functions are counted from 1; of each pair of columns those are multiplied whose numbers
        come to at most so much together.

    Examples
    --------
    >>> _ = torch.manual_seed(0)
    >>> functions = torch.randn(1, 500, 6)
    >>> targets = torch.sign(functions[0, :, 1:2] * functions[0, :, 4:5])
    >>> pairs(functions, targets, count=1, largest_sum=2).columns.tolist()
    [[1, 4]]
    """
    found = LargestProducts(count, order=2, device=functions.device)
    for first in range(len(functions)):
        for second in range(first, len(functions)):
            if first + second + 2 <= largest_sum:
                _find_pairs(found, functions, targets, (first, second))
    return found.products


def rows_of_triples(columns: int, targets: int) -> int:
    """How many rows tell which triples matter, at most; 0 where there are too many triples.

    Examples
    --------
    >>> rows_of_triples(columns=200, targets=1), rows_of_triples(columns=1000, targets=1)
    (2000, 180)
    >>> rows_of_triples(columns=1000, targets=3)
    0
    """
    rows = MULTIPLICATIONS // max(math.comb(columns, 3) * targets, 1)
    return min(rows, MOST_ROWS_OF_TRIPLES) if rows >= FEWEST_ROWS_OF_TRIPLES else 0


def triples(functions: Tensor, targets: Tensor, count: int) -> Products:
    """The triples of columns whose product has most to do with the target: first functions alone.

    Examples
    --------
    >>> _ = torch.manual_seed(0)
    >>> functions = torch.randn(1, 500, 6)
    >>> targets = torch.sign(functions[0, :, [1, 2, 4]].prod(dim=1, keepdim=True))
    >>> triples(functions, targets, count=1).columns.tolist()
    [[1, 2, 4]]
    """
    rows = rows_of_triples(functions.shape[2], targets.shape[1])
    values, targets = functions[0, :rows], targets[:rows]
    found = LargestProducts(count, order=3, device=functions.device)
    for middle in range(1, values.shape[1] - 1):  # every triple once: by its middle column
        weighted = targets * values[:, middle : middle + 1]
        scores = _moments(values[:, :middle], values[:, middle + 1 :], weighted)
        found.look_at(scores, (0, middle + 1), functions=(0, 0, 0), others=(middle,))
    places = found.products.columns.sort(dim=1).values
    return replace(found.products, columns=places)


def _find_pairs(
    found: LargestProducts, functions: Tensor, targets: Tensor, which: tuple[int, int]
) -> None:
    """The largest products of one function of a column with one of another, block by block."""
    first, second = functions[which[0]], functions[which[1]]
    for start in range(0, first.shape[1], BLOCK):
        block = first[:, start : start + BLOCK]
        if which[0] == which[1]:
            scores = _moments(block, second[:, start:], targets)
            scores[:, : block.shape[1]].triu_(diagonal=1)
            found.look_at(scores, (start, start), functions=which)
        else:
            scores = _moments(block, second, targets)
            scores[:, start : start + BLOCK].fill_diagonal_(0)
            found.look_at(scores, (start, 0), functions=which)


def _moments(left: Tensor, right: Tensor, targets: Tensor) -> Tensor:
    """The scores of all products of a column of ``left`` with one of ``right``."""

    def with_one(target: Tensor) -> Tensor:
        return ((left * target.unsqueeze(1)).T @ right).abs_()

    scores = with_one(targets[:, 0])
    for target in targets.T[1:]:
        torch.maximum(scores, with_one(target), out=scores)
    return scores.div_(math.sqrt(len(targets)))
