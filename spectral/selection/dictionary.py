"""What a network sees of columns: functions of one, and products of several."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from spectral.selection.interactions import BLOCK, Products, pairs, rows_of_triples, triples

LARGEST_SUM = 4
"""Of the numbers of the two functions that are multiplied."""
MANY_COLUMNS = 6000
"""Of more, only the first functions are multiplied: all pairs are looked at."""
LEAST_PRODUCTS, MOST_PRODUCTS = 200, 10_000
CACHED = 2**17
"""So many values of a function stay in a processor's cache, while columns are taken out of it."""


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Features of columns, the inputs of a network.

    Parameters
    ----------
    features : Tensor
        ``(B, F)``, of mean 0.
    columns : list of Tensor
        What belongs to which column: for each kind of feature ``(features, order)``, the places
        of the columns that one is made of; kinds follow one another as in ``features``.
    """

    features: Tensor
    columns: list[Tensor]

    def relevance_of_columns(self, relevance: Tensor, count: int) -> Tensor:
        """The relevance ``(count,)`` of columns out of that of the features, ``(F,)``.

        That of a column is the norm of all the weights that come from features it is part of.
        """
        squares = torch.zeros(count, dtype=torch.float64)
        start = 0
        for members in self.columns:
            of_kind = relevance[start : start + len(members)].double().square()
            for place, column in enumerate(members.T):
                new = (members[:, :place] != column.unsqueeze(1)).all(dim=1)
                squares.index_add_(0, column[new], of_kind[new])
            start += len(members)
        return squares.sqrt()


def make_dictionary(
    functions: Tensor,
    groups: Tensor,
    targets: Tensor,
    training: slice,
    columns_at_first: int,
    products: bool = True,
) -> Dictionary:
    """All functions of single columns, and the products that have most to do with the target.

    Looking at more things finds larger moments by chance. So kinds of which there are more are
    scaled down, until the largest of each that is noise weighs as much: noise of n kinds comes to
    about :math:`\\sqrt{2 \\ln n}` standard deviations. The penalty then treats all alike.

    Parameters
    ----------
    functions : Tensor
        ``(K, B, N)``, see :func:`spectral.selection.column_functions.waves`.
    groups : Tensor
        ``(N,)``, to which column each belongs.
    targets : Tensor
        ``(B, T)``, of mean 0 and variance 1 in the rows of ``training``.
    training : slice
        The rows that moments are taken of.
    columns_at_first : int
        Of how many columns those are what is left: so many were looked at.
    products : bool, default=True
        Whether there are products at all.
    """
    count, rows, width = functions.shape
    seen, told = functions[:, training], targets[training]
    useful = [function.any(dim=0).nonzero().flatten() for function in functions]
    kinds: list[tuple[Products, float]] = []
    if products and width > 1:
        largest_sum = LARGEST_SUM if columns_at_first <= MANY_COLUMNS else 2
        count_of_pairs = min(max(2 * width, LEAST_PRODUCTS), MOST_PRODUCTS)
        chosen = pairs(seen, told, count_of_pairs, largest_sum)
        ways = sum(max(0, largest_sum - first) for first in range(1, largest_sum))
        kinds.append((chosen, ways * math.comb(columns_at_first, 2)))
    if products and width > 2 and rows_of_triples(columns_at_first, targets.shape[1]):
        chosen = triples(seen, told, LEAST_PRODUCTS)
        kinds.append((chosen, math.comb(columns_at_first, 3)))
    sizes = [*map(len, useful), *(len(chosen.columns) for chosen, _ in kinds)]
    features = torch.empty(rows, sum(sizes), device=functions.device)
    of_kinds = features.split(sizes, dim=1)
    for function, columns, places in zip(functions, useful, of_kinds, strict=False):
        everything = len(columns) == width
        places.copy_(function if everything else function.index_select(1, columns))
    for (chosen, number), places in zip(kinds, of_kinds[count:], strict=True):
        if len(chosen.columns):
            scale = noise_of(count * columns_at_first) / noise_of(number)
            _write(places, functions, chosen, scale)
    of_one = [groups[columns, None] for columns in useful]
    return Dictionary(features, [*of_one, *(groups[chosen.columns] for chosen, _ in kinds)])


def noise_of(number: float) -> float:
    """About the largest of so many independent standard normal numbers.

    Examples
    --------
    >>> noise_of(1000)
    3.7169221888498383
    """
    return math.sqrt(2 * math.log(max(number, 2)))


def _write(places: Tensor, functions: Tensor, chosen: Products, scale: float) -> None:
    """Write products of functions, of mean 0 and variance 1, times the scale.

    Some rows at a time, with all their functions side by side: they stay in the cache while
    columns are taken out of them.
    """
    functions = functions[: int(chosen.functions.max()) + 1]
    width = functions.shape[2]
    first, *others = (chosen.functions * width + chosen.columns).T
    rows = max(CACHED // width, 1)
    for of_rows, seen in zip(places.split(rows), functions.split(rows, dim=1), strict=True):
        side_by_side = seen.transpose(0, 1).reshape(len(of_rows), -1)
        product = side_by_side.index_select(1, first)
        for other in others:
            product *= side_by_side.index_select(1, other)
        of_rows.copy_(product)
    for block in places.split(BLOCK, dim=1):
        deviation, mean = torch.std_mean(block, dim=0, correction=0)
        block.sub_(mean).div_(deviation.clamp_min_(1e-6)).mul_(scale)
