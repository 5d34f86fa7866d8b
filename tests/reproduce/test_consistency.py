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

Contents = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def committed() -> Contents:
    return read_run([*FIGURES.values()], PAPER)


def scaled(figure: str, name: str, factor: float) -> Callable[[Contents], None]:
    def change(contents: Contents) -> None:
        values = contents[figure]["values"]
        values[name] = (factor * np.array(values[name])).tolist()

    return change


def replaced(figure: str, name: str, position: int, value: Any) -> Callable[[Contents], None]:
    def change(contents: Contents) -> None:
        contents[figure]["values"][name][position] = value

    return change


def shorter(figure: str, name: str) -> Callable[[Contents], None]:
    def change(contents: Contents) -> None:
        contents[figure]["values"][name].pop()

    return change


def other_pixels(figure: str, name: str) -> Callable[[Contents], None]:
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
        (scaled("figure1", "mean", 0.7), "mean"),
        (scaled("figure1", "std", 1.01), "std"),
        (scaled("figure1", "distance", 2), "distance"),
        (replaced("figure1", "distance", 3, 0.5), "distance"),
        (scaled("figure2", "mean", 0.7), "mean"),
        (scaled("figure2", "p", 0.5), "p"),
        (other_pixels("figure3", "top20"), "top20"),
        (other_pixels("figure3", "top20_mean"), "top20_mean"),
        (replaced("figure3", "accuracy_full", 0, 0.9), "accuracy_full"),
        (replaced("figure3", "pixels", 19, 21), "pixels"),
        (other_pixels("figure4", "pixels"), "pixels"),
        (replaced("figure4", "mask", 0, 1), "mask"),
        (shorter("figure4", "center"), "center"),
        (scaled("figure4", "brightness_ones", 1.1), "brightness_ones"),
        (scaled("figure4", "examples", 0.9), "examples"),
        (replaced("figure4", "seeds_brighter_in_ones", 0, 19), "seeds_brighter_in_ones"),
        (scaled("figure7", "edges", 2), "edges"),
        (scaled("figure7", "histogram", 0.9), "histogram"),
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
    for name in committed:
        assert contradictions(FIGURES.values(), {name: committed[name]}) == []
    alone = {"figure1": copy.deepcopy(committed["figure1"])}
    scaled("figure1", "distance", 2)(alone)
    assert contradictions(FIGURES.values(), alone) == [
        "'distance' of figure1 does not follow from the rest or the data"
    ]
