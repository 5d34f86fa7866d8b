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


Change = Callable[[dict[str, Any]], None]


def scaled(name: str, factor: float) -> Change:
    def change(values: dict[str, Any]) -> None:
        values[name] = (factor * np.array(values[name])).tolist()

    return change


def replaced(name: str, position: int, value: Any) -> Change:
    def change(values: dict[str, Any]) -> None:
        values[name][position] = value

    return change


def shorter(name: str) -> Change:
    def change(values: dict[str, Any]) -> None:
        values[name].pop()

    return change


def other_pixels(name: str) -> Change:
    """All pixels of each row are another one each."""

    def change(values: dict[str, Any]) -> None:
        values[name] = ((np.array(values[name]) + 1) % 784).tolist()

    return change


def test_the_committed_figures_hold_no_contradiction(committed: Contents) -> None:
    assert contradictions(FIGURES.values(), committed) == []


@pytest.mark.parametrize(
    ("figure", "change", "name"),
    [
        ("figure1", scaled("mean", 0.7), "mean"),
        ("figure1", scaled("std", 1.01), "std"),
        ("figure1", scaled("distance", 2), "distance"),
        ("figure1", replaced("distance", 3, 0.5), "distance"),
        ("figure2", scaled("mean", 0.7), "mean"),
        ("figure2", scaled("p", 0.5), "p"),
        ("figure3", other_pixels("top20"), "top20"),
        ("figure3", other_pixels("top20_mean"), "top20_mean"),
        ("figure3", replaced("accuracy_full", 0, 0.9), "accuracy_full"),
        ("figure3", replaced("pixels", 19, 21), "pixels"),
        ("figure4", other_pixels("pixels"), "pixels"),
        ("figure4", replaced("mask", 0, 1), "mask"),
        ("figure4", shorter("center"), "center"),
        ("figure4", scaled("brightness_ones", 1.1), "brightness_ones"),
        ("figure4", scaled("examples", 0.9), "examples"),
        ("figure4", replaced("seeds_brighter_in_ones", 0, 19), "seeds_brighter_in_ones"),
        ("figure5", scaled("edges", 2), "edges"),
        ("figure6", scaled("edges", 2), "edges"),
        ("figure6", replaced("components", 0, 8), "components"),
        ("figure6", replaced("scatter_1", 5, [5, -5]), "scatter_1"),
        ("figure6", shorter("scatter_0"), "scatter_0"),
        ("figure7", scaled("edges", 2), "edges"),
        ("figure7", scaled("histogram", 0.9), "histogram"),
    ],
)
def test_what_does_not_follow_is_named(
    committed: Contents, figure: str, change: Change, name: str
) -> None:
    contents = copy.deepcopy(committed)
    change(contents[figure]["values"])
    sentence = f"'{name}' of {figure} does not follow from the rest or the data"
    assert sentence in contradictions([FIGURES[figure]], contents)


def repeat_a_seed(content: dict[str, Any]) -> None:
    content["values"]["relevance"][3] = content["values"]["relevance"][0]


def train_shortly(content: dict[str, Any]) -> None:
    content["provenance"]["configuration"]["schedule"]["epochs"] = 3


def train_elsewhere(content: dict[str, Any]) -> None:
    content["provenance"]["configuration"]["experiment"] = "mnist-zeros-ones"


def name_no_preset(content: dict[str, Any]) -> None:
    content["preset"] = "slow"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (repeat_a_seed, "two seeds of figure1 have the same numbers in 'relevance'"),
        (train_shortly, "figure1 was not trained by the schedule of its preset 'paper'"),
        (train_elsewhere, "figure1 was trained on mnist-zeros-ones, not independent-gaussians"),
        (name_no_preset, "figure1 is of the preset 'slow', which does not exist"),
    ],
)
def test_seeds_that_cannot_be_of_the_run_are_told(
    committed: Contents, change: Change, sentence: str
) -> None:
    contents = {"figure1": copy.deepcopy(committed["figure1"])}
    change(contents["figure1"])
    assert sentence in contradictions([FIGURES["figure1"]], contents)


def test_a_figure_alone_is_held_against_the_data_alone(committed: Contents) -> None:
    for name in committed:
        assert contradictions(FIGURES.values(), {name: committed[name]}) == []
    alone = {"figure1": copy.deepcopy(committed["figure1"])}
    scaled("distance", 2)(alone["figure1"]["values"])
    assert contradictions(FIGURES.values(), alone) == [
        "'distance' of figure1 does not follow from the rest or the data"
    ]
