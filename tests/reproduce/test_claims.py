"""The claims hold on values that show them, and fail once a value is spoiled."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from reproduce.verdicts.claim_values import pixels_of_the_rise
from reproduce.verdicts.claims import CLAIMS, Claim
from reproduce.verdicts.judging import judge
from reproduce.verdicts.outcome import Outcome

Spoil = Callable[[dict[str, Any]], None]


def values() -> dict[str, dict[str, Any]]:
    """Values such as a good run has, made up by hand."""
    distance = [0.0, 0.3, 0.6, 0.0, 0.9, 1.2]
    p = [0.7, 0.7, 0.8, 0.8, 0.4, 0.4, 0.0, 0.0]
    relevance = np.full((2, 784), 0.001)
    relevance[:, :30] = np.linspace(0.3, 1, 30)
    edges = np.linspace(0, 1, 51)
    pixels = [1, 20, 40, 784]
    return {
        "figure1": {"mean": [0.001, 0.31, 0.58, 0.002, 0.93, 1.2], "distance": distance},
        "figure2": {"mean": [3.6, 3.7, 4.3, 4.2, 2.0, 2.1, 0.01, 0.02], "p": p},
        "figure3": {
            "pixels": pixels,
            "accuracy": [[0.6, 0.985, 0.997, 0.998], [0.5, 0.99, 0.998, 0.999]],
            "accuracy_random": [[0.5, 0.55, 0.6, 0.998], [0.5, 0.6, 0.7, 0.999]],
            "accuracy_full": [0.998, 0.999],
        },
        "figure4": {
            "pixels": [14 * 28 + 13, 14 * 28 + 14, 5 * 28 + 6, 20 * 28 + 22],
            "brightness_ones": [0.8, 0.9, 0.1, 0.2],
            "brightness_zeros": [0.1, 0.2, 0.6, 0.7],
        },
        "figure7": {
            "relevance": relevance.tolist(),
            "histogram": [np.histogram(row, edges)[0].tolist() for row in relevance],
            "edges": edges.tolist(),
        },
    }


def set_value(figure_key: str, *position: int | slice, to: Any) -> Spoil:
    """A change of one entry of a nested list."""

    def spoil(values: dict[str, Any]) -> None:
        *path, last = (figure_key, *position)
        target: Any = values
        for step in path:
            target = target[step]
        target[last] = to

    return spoil


SPOILT: dict[tuple[str, str], Spoil] = {
    ("figure1", "largest irrelevant eigenvalue, of the largest"): set_value("mean", 0, to=0.05),
    ("figure1", "smallest relevant eigenvalue, of the largest"): set_value("mean", 1, to=0.01),
    ("figure1", "Pearson correlation with the distance"): set_value("mean", 5, to=0.1),
    (
        "figure1",
        "Spearman correlation with the distance (0.954 in perfect order: nine are 0)",
    ): set_value("mean", 5, to=0.1),
    ("figure2", "largest difference within a pair, of the larger one"): set_value(
        "mean", 0, to=3.0
    ),
    ("figure2", "largest irrelevant eigenvalue, of the largest"): set_value("mean", 7, to=0.1),
    ("figure2", "smallest step up from pair to pair with p, of the largest"): set_value(
        "p", slice(4, 6), to=[0.9, 0.9]
    ),
    ("figure2", "Pearson correlation with p"): set_value("mean", 2, to=0.4),
    ("figure3", "test accuracy, worst seed"): set_value("accuracy_full", 1, to=0.989),
    ("figure3", "accuracy lost with 20 pixels"): set_value("accuracy", 0, 1, to=0.9),
    ("figure3", "accuracy with 20 random pixels"): set_value("accuracy_random", 0, 1, to=0.95),
    ("figure3", "pixels from 10 % to 99 % of the rise from one pixel to all"): set_value(
        "accuracy", 0, 2, to=0.98
    ),
    ("figure4", "pixels of the 20 brighter in ones"): set_value("brightness_ones", to=[0.0] * 4),
    ("figure4", "pixels of the 20 brighter in zeros"): set_value("brightness_zeros", to=[0.0] * 4),
    ("figure4", "distance from the centre, ones over zeros"): set_value(
        "pixels", to=[0, 1, 378, 379]
    ),
    ("figure7", "eigenvalues below 5 % of the largest, worst seed"): set_value(
        "relevance", 1, to=[0.1] * 784
    ),
    ("figure7", "start of the fullest bin, worst seed"): set_value("histogram", 0, 49, to=784),
}


def test_the_rise_is_measured_between_the_measured_numbers_of_pixels() -> None:
    """By hand: from 0.5 to 1, it passes 0.55 at 1.5 pixels and 0.995 at 10.5."""
    accuracy = [[0.5, 0.6, 0.99, 1.0, 1.0]]
    assert pixels_of_the_rise({"pixels": [1, 2, 10, 11, 784], "accuracy": accuracy}) == (
        pytest.approx(9)
    )
    sags = [[0.5, 0.6, 1.0, 0.99, 1.0]]
    assert pixels_of_the_rise({"pixels": [1, 2, 10, 11, 784], "accuracy": sags}) > 100
    slow = [np.linspace(0.5, 1, 784).tolist()]
    assert pixels_of_the_rise({"pixels": [*range(1, 785)], "accuracy": slow}) == (
        pytest.approx(0.89 * 783)
    )


def test_the_spearman_correlation_of_perfect_order_is_what_the_claim_says() -> None:
    claim = next(claim for claim in CLAIMS if "Spearman" in claim.statement)
    distance = [0.0] * 9 + [float(each) for each in range(1, 12)]
    perfect = {"mean": [float(each) for each in range(20)], "distance": distance}
    assert f"{claim.show(claim.measure(perfect))} in perfect order" in claim.statement


@pytest.mark.parametrize(
    ("unit", "decimals", "threshold", "value", "shown", "condition"),
    [
        ("%", 1, 0.02, 0.00933, "0.9 %", "at most 2 %"),
        ("points", 1, 0.02, 0.00875, "0.9 points", "at most 2 points"),
        ("", 0, 35, 20.53, "21", "at most 35"),
        ("%", 1, 0.02, 0.02004, "2.004 %", "at most 2 %"),
        ("%", 0, 0.05, 0.05, "5 %", "at most 5 %"),
    ],
)
def test_a_value_has_the_digits_that_tell(
    unit: Any, decimals: int, threshold: float, value: float, shown: str, condition: str
) -> None:
    claim = Claim("figure1", "", "", lambda _: value, "at most", threshold, unit, decimals)
    assert claim.show(value) == shown
    assert claim.condition == condition


def identity(claim: Claim) -> tuple[str, str]:
    return claim.figure, claim.statement


def test_every_claim_has_its_spoilt_value() -> None:
    assert {identity(claim) for claim in CLAIMS} == set(SPOILT)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.figure} {claim.statement}")
def test_claim_holds_and_fails_when_spoilt(claim: Claim) -> None:
    good = values()[claim.figure]
    assert judge(claim, good, seeds=10).outcome is Outcome.HOLDS
    spoilt = copy.deepcopy(good)
    SPOILT[identity(claim)](spoilt)
    assert judge(claim, spoilt, seeds=10).outcome is Outcome.FAILS


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.figure} {claim.statement}")
def test_fewer_seeds_than_a_claim_needs_leave_it_open(claim: Claim) -> None:
    assert 1 <= claim.seeds <= 10
    spoilt = copy.deepcopy(values()[claim.figure])
    assert judge(claim, spoilt, seeds=1).outcome is Outcome.HOLDS
    SPOILT[identity(claim)](spoilt)
    outcomes = [judge(claim, spoilt, seeds).outcome for seeds in range(1, 11)]
    few = claim.seeds - 1
    assert outcomes == [Outcome.OPEN] * few + [Outcome.FAILS] * (10 - few)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.figure} {claim.statement}")
@pytest.mark.parametrize("spoiling", ["missing", "nan", "text", "empty"])
def test_a_claim_that_cannot_be_computed_has_failed(claim: Claim, spoiling: str) -> None:
    replacement = {"nan": float("nan"), "text": "lost", "empty": []}
    broken = values()[claim.figure]
    for key, value in list(broken.items()):
        if spoiling == "missing":
            del broken[key]
        elif key not in ("pixels", "edges", "distance", "p"):
            length = np.shape(value)
            broken[key] = (
                np.full(length, np.nan).tolist() if spoiling == "nan" else replacement[spoiling]
            )
    verdict = judge(claim, broken, seeds=1)
    assert verdict.outcome is Outcome.FAILS
    assert claim.show(verdict.value) == "cannot be computed"


@pytest.mark.parametrize(
    ("figure", "key", "value"),
    [
        ("figure1", "distance", [0.5] * 6),
        ("figure1", "distance", [0.0] * 6),
        ("figure2", "p", [0.5] * 3 + [0.0] * 5),
        ("figure2", "p", [0.5] * 8),
        ("figure3", "pixels", [1, 2, 3, 784]),
        ("figure4", "brightness_ones", [0.0] * 4),
    ],
)
def test_values_without_what_a_claim_looks_for_fail_it(figure: str, key: str, value: Any) -> None:
    lacking = values()[figure] | {key: value}
    verdicts = [judge(claim, lacking, seeds=10) for claim in CLAIMS if claim.figure == figure]
    assert Outcome.FAILS in {each.outcome for each in verdicts if each.value is None}


@pytest.mark.parametrize(
    "mistake",
    [
        lambda values: values["mean"] + "1",
        lambda values: np.zeros(2) + np.zeros(3),
        lambda values: values["averages"],
        lambda values: values["mean"][100],
    ],
)
def test_a_mistake_in_a_claim_comes_out(mistake: Callable[[Any], Any]) -> None:
    claim = Claim("figure1", "", "", mistake, "above", 0)
    with pytest.raises((TypeError, ValueError, KeyError, IndexError)):
        judge(claim, values()["figure1"], seeds=10)


def test_thresholds_are_those_agreed() -> None:
    found = [(claim.figure, claim.relation, claim.threshold) for claim in CLAIMS]
    assert found == [
        ("figure1", "at most", 0.02),
        ("figure1", "above", 0.05),
        ("figure1", "at least", 0.95),
        ("figure1", "at least", 0.9),
        ("figure2", "at most", 0.1),
        ("figure2", "at most", 0.01),
        ("figure2", "above", 0),
        ("figure2", "at least", 0.97),
        ("figure3", "above", 0.99),
        ("figure3", "at most", 0.02),
        ("figure3", "at most", 0.75),
        ("figure3", "at most", 35),
        ("figure4", "at least", 1),
        ("figure4", "at least", 1),
        ("figure4", "below", 1),
        ("figure7", "at least", 0.75),
        ("figure7", "at most", 0),
    ]
