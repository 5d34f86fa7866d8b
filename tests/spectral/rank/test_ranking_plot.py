"""Every input can be seen in the plot, however relevant, and begins at the largest copy."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from spectral.rank.findings import RankedInput, ranked
from spectral.rank.ranking_plot import LEAST_SHOWN, draw_named, draw_ranked

RELEVANCE = np.array([100.0, 1.5, 0.7, 1e-6, 0.0])


@pytest.fixture
def axes() -> Iterator[plt.Axes]:
    """Of a figure that is closed in the end."""
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def lines(relevance: np.ndarray, selected: int = 1) -> tuple[RankedInput, ...]:
    names = [f"input {number}" for number in range(len(relevance))]
    chosen = np.arange(len(relevance)) < selected
    shares, order = chosen.astype(float), np.arange(len(relevance))
    return ranked(names, relevance[None], order, chosen, shares, redundancy=shares)


def test_bars_begin_at_the_largest_copy_and_end_within_the_axes(axes: plt.Axes) -> None:
    draw_named(axes, lines(RELEVANCE))
    bars = [bar.get_extents().transformed(axes.transData.inverted()) for bar in axes.patches]
    expected = [[1, 100], [1, 1.5], [0.7, 1], [LEAST_SHOWN, 1], [LEAST_SHOWN, 1]]
    assert np.array([bar.intervalx for bar in bars]) == pytest.approx(np.array(expected))
    low, high = axes.get_xlim()
    assert low < LEAST_SHOWN
    assert high > 100


@pytest.mark.parametrize("relevance", [RELEVANCE, RELEVANCE[-1:], RELEVANCE[:1]])
def test_all_points_lie_within_the_axes(axes: plt.Axes, relevance: np.ndarray) -> None:
    draw_ranked(axes, lines(relevance))
    low, high = axes.get_ylim()
    points = np.concatenate([line.get_ydata() for line in axes.lines[:2]])
    assert len(points) == len(relevance)
    assert (low < points).all()
    assert (points < high).all()


def test_a_selected_input_is_not_silent() -> None:
    found = lines(np.array([0.5, 0.4, 3.0]))
    assert [line.silent for line in found] == [False, True, False]
