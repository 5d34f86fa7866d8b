"""Waves over ranks, and products of them: against numpy, one by one."""

import math
from itertools import combinations

import numpy as np
import pytest
import torch
from scipy.stats import rankdata

from spectral.selection.column_functions import average_ranks, waves
from spectral.selection.dictionary import make_dictionary
from spectral.selection.interactions import pairs, rows_of_triples, triples


def columns(rows: int = 200, width: int = 7) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(rows, width))


def ranks(width: int = 7) -> np.ndarray:
    return average_ranks(columns(width=width))


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    values = columns().round(1)
    np.testing.assert_array_equal(average_ranks(values), rankdata(values, axis=0))


def test_waves_are_orthonormal_in_every_column() -> None:
    functions = waves(ranks(), count=5).astype(float)
    products = np.einsum("kbn,lbn->nkl", functions, functions) / functions.shape[1]
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(5), products.shape), atol=1e-4)
    np.testing.assert_allclose(functions.mean(axis=1), 0, atol=1e-6)


def test_waves_depend_on_ranks_alone() -> None:
    values = columns()
    scaled = average_ranks(1e30 * np.exp(5 * values))
    np.testing.assert_array_equal(waves(average_ranks(values), 3), waves(scaled, 3))


def test_a_column_has_no_more_waves_than_its_values_can_tell() -> None:
    coarse = np.column_stack([columns()[:, 0] > 0, columns()[:, 1].round().clip(-1, 1)])
    told = waves(average_ranks(coarse), count=4).any(axis=1)
    np.testing.assert_array_equal(told.sum(axis=0), [1, 2])


def test_pairs_are_those_of_the_largest_moments() -> None:
    functions = torch.from_numpy(waves(ranks(), count=2))
    targets = torch.randn(200, 2, generator=torch.Generator().manual_seed(1))
    found = pairs(functions, targets, count=5, largest_sum=3)
    moments = {
        ((i, j), (a, b)): abs(
            (targets * (functions[a, :, i] * functions[b, :, j])[:, None]).mean(0)
        ).max()
        for i, j in combinations(range(7), 2)
        for a, b in ((0, 0), (0, 1), (1, 0))
    }
    expected = sorted(moments, key=lambda key: -moments[key])[:5]
    got = [
        tuple(sorted(zip(c, f, strict=True)))
        for c, f in zip(found.columns.tolist(), found.functions.tolist(), strict=True)
    ]
    assert got == [tuple(zip(c, f, strict=True)) for c, f in expected]


def test_triples_are_those_of_the_largest_moments() -> None:
    functions = torch.from_numpy(waves(ranks(), count=1))
    targets = torch.randn(200, 1, generator=torch.Generator().manual_seed(1))
    moments = {
        three: abs((targets[:, 0] * functions[0][:, list(three)].prod(1)).mean())
        for three in combinations(range(7), 3)
    }
    expected = sorted(moments, key=lambda key: -moments[key])[:4]
    assert triples(functions, targets, count=4).columns.tolist() == list(map(list, expected))


@pytest.mark.parametrize(("columns", "rows"), [(500, 400), (1000, 180)])
def test_three_columns_that_decide_together_are_found_among_many(columns: int, rows: int) -> None:
    uniform = torch.rand(1, 400, columns, generator=torch.Generator().manual_seed(0))
    X = math.sqrt(2) * torch.cos(math.pi * uniform)
    targets = X[0, :, [7, 200, 431]].prod(dim=1, keepdim=True).sign()
    assert min(rows_of_triples(columns, targets=1), 400) == rows
    assert triples(X, targets, count=3).columns[0].tolist() == [7, 200, 431]


def test_of_too_many_columns_no_triples_are_looked_at() -> None:
    columns = 800
    assert rows_of_triples(columns, targets=4) == 0
    functions, targets = torch.randn(1, 60, columns), torch.randn(60, 4)
    dictionary = make_dictionary(functions, torch.arange(columns), targets, slice(60), columns)
    assert [members.shape[1] for members in dictionary.columns] == [1, 2]


def test_the_relevance_of_a_column_is_that_of_all_features_it_is_part_of() -> None:
    functions = torch.from_numpy(waves(ranks(width=3), count=2))
    dictionary = make_dictionary(
        functions, torch.tensor([0, 1, 1]), torch.randn(200, 1), slice(200), 2
    )
    members = [set(row.tolist()) for kind in dictionary.columns for row in kind]
    relevance = torch.rand(len(members))
    assert dictionary.features.shape == (200, len(members))
    expected = [
        sum(float(r) ** 2 for r, who in zip(relevance, members, strict=True) if column in who)
        for column in range(2)
    ]
    found = dictionary.relevance_of_columns(relevance, 2)
    np.testing.assert_allclose(found.square(), expected, rtol=1e-5)


def test_block_by_block_everything_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven columns, three at a time."""
    targets = torch.randn(200, 2, generator=torch.Generator().manual_seed(1))
    given = torch.arange(7), targets, slice(40, 200), 7
    functions = waves(ranks(), count=3)
    whole = make_dictionary(torch.from_numpy(functions), *given)
    monkeypatch.setattr("spectral.selection.column_functions.COLUMNS_AT_ONCE", 3)
    monkeypatch.setattr("spectral.selection.interactions.BLOCK", 3)
    monkeypatch.setattr("spectral.selection.dictionary.BLOCK", 3)
    np.testing.assert_allclose(waves(ranks(), count=3), functions, atol=1e-5)
    blocks = make_dictionary(torch.from_numpy(functions), *given)
    for found, expected in zip(blocks.columns, whole.columns, strict=True):
        assert found.tolist() == expected.tolist()
    torch.testing.assert_close(blocks.features, whole.features)
