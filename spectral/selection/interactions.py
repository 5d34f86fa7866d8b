"""Which pairs and triples of columns tell something together: moments with the target."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

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
    found = [
        products
        for first in range(len(functions))
        for second in range(first, len(functions))
        if first + second + 2 <= largest_sum
        for products in _pairs_of(functions, targets, (first, second), count)
    ]
    return _joined(found).largest(count)


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
    values = functions[0]
    places = torch.arange(values.shape[1], device=values.device)
    found = []
    for place in places[:-2]:
        rest = values[:, place + 1 :]
        weighted = targets * values[:, place : place + 1]
        scores = _moments(rest, rest, weighted).triu(diagonal=1)
        products = _largest(scores, (0, 0), count, place + 1, place + 1)
        first = place.expand(len(products.columns), 1)
        columns = torch.cat([first, products.columns], dim=1)
        found.append(Products(columns, torch.zeros_like(columns), products.scores))
    return _joined(found).largest(count)


def _pairs_of(
    functions: Tensor, targets: Tensor, which: tuple[int, int], count: int
) -> Iterator[Products]:
    """The largest products of one function of a column with one of another, block by block."""
    first, second = functions[which[0]], functions[which[1]]
    columns = torch.arange(first.shape[1], device=first.device)
    for start in range(0, len(columns), BLOCK):
        block = columns[start : start + BLOCK]
        scores = _moments(first[:, block], second, targets)
        if which[0] == which[1]:
            scores = scores.triu(diagonal=start + 1)
        else:
            scores[block - start, block] = 0
        yield _largest(scores, which, count, start, 0)


def _moments(left: Tensor, right: Tensor, targets: Tensor) -> Tensor:
    """The scores of all products of a column of ``left`` with one of ``right``."""
    scores = left.new_zeros(left.shape[1], right.shape[1])
    for target in targets.T:
        moments = (left * target.unsqueeze(1)).T @ right
        torch.maximum(scores, moments.abs_(), out=scores)
    return scores.div_(math.sqrt(len(targets)))


def _largest(
    scores: Tensor, which: tuple[int, int], count: int, first: Tensor | int, second: Tensor | int
) -> Products:
    """The largest of a matrix of scores, whose rows and columns begin at these places."""
    values, places = scores.flatten().topk(min(count, scores.numel()))
    columns = torch.stack(
        [places // scores.shape[1] + first, places % scores.shape[1] + second], dim=1
    )
    functions = torch.tensor(which, device=scores.device).expand_as(columns)
    told = values > 0
    return Products(columns[told], functions[told], values[told])


def _joined(found: list[Products]) -> Products:
    return Products(
        torch.cat([products.columns for products in found]),
        torch.cat([products.functions for products in found]),
        torch.cat([products.scores for products in found]),
    )
