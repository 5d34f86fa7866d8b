"""What is derived in the figures' JSON is computed anew, and told where it does not follow."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reproduce.figure import read_run
from reproduce.figures import FIGURES
from reproduce.verdicts.consistency import contradictions

PAPER = Path(__file__).parents[2] / "figures" / "paper"

Contents = dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def committed() -> Contents:
    return read_run([*FIGURES.values()], PAPER)


def scaled(figure: int, name: str, factor: float) -> Callable[[Contents], None]:
    def change(contents: Contents) -> None:
        values = contents[figure]["values"]
        values[name] = (factor * np.array(values[name])).tolist()

    return change


def replaced(figure: int, name: str, position: int, value: Any) -> Callable[[Contents], None]:
    def change(contents: Contents) -> None:
        contents[figure]["values"][name][position] = value

    return change


def shorter(figure: int, name: str) -> Callable[[Contents], None]:
    def change(contents: Contents) -> None:
        contents[figure]["values"][name].pop()

    return change


def other_pixels(figure: int, name: str) -> Callable[[Contents], None]:
    """All pixels of each row are another one each."""

    def change(contents: Contents) -> None:
        values = contents[figure]["values"]
        values[name] = ((np.array(values[name]) + 1) % 784).tolist()

    return change


def test_the_committed_figures_hold_no_contradiction(committed: Contents) -> None:
    assert contradictions(FIGURES.values(), committed) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (scaled(1, "mean", 0.7), "mean"),
        (scaled(1, "std", 1.01), "std"),
        (scaled(1, "distance", 2), "distance"),
        (replaced(1, "distance", 3, 0.5), "distance"),
        (scaled(2, "mean", 0.7), "mean"),
        (scaled(2, "p", 0.5), "p"),
        (other_pixels(3, "top20"), "top20"),
        (other_pixels(3, "top20_mean"), "top20_mean"),
        (replaced(3, "accuracy_full", 0, 0.9), "accuracy_full"),
        (replaced(3, "pixels", 19, 21), "pixels"),
        (other_pixels(4, "pixels"), "pixels"),
        (replaced(4, "mask", 0, 1), "mask"),
        (shorter(4, "center"), "center"),
        (scaled(4, "brightness_ones", 1.1), "brightness_ones"),
        (scaled(4, "examples", 0.9), "examples"),
        (replaced(4, "seeds_brighter_in_ones", 0, 19), "seeds_brighter_in_ones"),
        (scaled(7, "edges", 2), "edges"),
        (scaled(7, "histogram", 0.9), "histogram"),
    ],
)
def test_what_does_not_follow_is_named(
    committed: Contents, change: Callable[[Contents], None], name: str
) -> None:
    contents = copy.deepcopy(committed)
    change(contents)
    assert any(
        f"'{name}' of figure" in sentence for sentence in contradictions(FIGURES.values(), contents)
    )


def test_a_figure_alone_is_held_against_the_data_alone(committed: Contents) -> None:
    for number in committed:
        assert contradictions(FIGURES.values(), {number: committed[number]}) == []
    alone = {1: copy.deepcopy(committed[1])}
    scaled(1, "distance", 2)(alone)
    assert contradictions(FIGURES.values(), alone) == [
        "'distance' of figure 1 does not follow from the rest or the data"
    ]
