"""The own sets whose columns go together or add up are what they say."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from benchmarks.selection.own_neighbours import NEIGHBOURS, ROWS, own_neighbours


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_draw_comes_out_again_and_its_number_makes_another(name: str) -> None:
    known, again, other = (own_neighbours(name, number) for number in (0, 0, 1))
    assert np.array_equal(known.X, again.X)
    assert np.array_equal(known.y, again.y)
    assert not np.array_equal(known.X, other.X)
    assert len(known.X) == len(known.y) == ROWS


@pytest.mark.parametrize(("name", "share"), [("chain", 0.8), ("many", 0.917)])
def test_the_true_columns_tell_all_but_the_noise(name: str, share: float) -> None:
    """The noise has a half and three tenths of the line's deviation."""
    known = own_neighbours(name, 2)
    true = known.X[:, known.true]
    told = LinearRegression().fit(true, known.y).score(true, known.y)
    assert told == pytest.approx(share, abs=0.03)
    others = np.delete(known.X, known.true, axis=1)
    assert LinearRegression().fit(others, known.y).score(others, known.y) < told - 0.1


def test_neighbours_of_a_chain_correlate() -> None:
    correlations = np.corrcoef(own_neighbours("chain", 0).X.T)
    np.fill_diagonal(correlations, 0)
    assert np.median(correlations.max(axis=0)) == pytest.approx(0.85, abs=0.03)
