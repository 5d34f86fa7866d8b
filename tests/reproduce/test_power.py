"""The reference notices what has changed, and is silent where nothing has: on real seeds.

The seeds are those of the pool that the reference has too, but trained under other arithmetic, as
on another machine; and the committed ones of the paper's schedule.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import verdicts
from benchmarks.pool import Pool, read_pool
from reproduce.figure import read_run
from reproduce.figures import FIGURES
from reproduce.verdicts.claims import CLAIMS
from reproduce.verdicts.drift import compare_seeds
from reproduce.verdicts.outcome import Outcome
from reproduce.verdicts.reference import OF_SEEDS, REFERENCE, Contents, Reference, read_reference

PAPER = Path(__file__).parents[2] / "figures" / "paper"

Change = Callable[[np.ndarray, list[int]], None]


@pytest.fixture(scope="module")
def pool() -> Pool:
    return read_pool()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return read_reference(REFERENCE)


@pytest.fixture(scope="module", params=["scalar", "AVX2"])
def quick(request: pytest.FixtureRequest, pool: Pool) -> Contents:
    """Ten seeds of the reference as another processor trains them."""
    return pool.contents(
        np.flatnonzero(pool.arithmetic == f"{request.param}, seeds of the reference")
    )


@pytest.fixture(scope="module")
def paper() -> Contents:
    return read_run([FIGURES[name] for name in OF_SEEDS], PAPER)


def times(factor: float, *inputs: int) -> Change:
    def change(relevance: np.ndarray, _: list[int]) -> None:
        relevance[:, inputs or slice(None)] *= factor

    return change


def plus(difference: float, kept: int) -> Change:
    def change(accuracy: np.ndarray, pixels: list[int]) -> None:
        accuracy[:, pixels.index(kept)] += difference

    return change


def zeros_moved_up(histogram: np.ndarray, _: list[int]) -> None:
    """A tenth of the pixels in the first bin go to the second."""
    moved = np.round(histogram[:, 0] / 10)
    histogram[:, 0] -= moved
    histogram[:, 1] += moved


def refused(
    contents: Contents, reference: Reference, figure: str, name: str, change: Change
) -> bool:
    """Whether a change of one array is noticed, and in that array."""
    changed: Any = copy.deepcopy(contents)
    array = np.array(changed[figure]["values"][name], dtype=float)
    change(array, changed["figure3"]["values"]["pixels"])
    changed[figure]["values"][name] = array.tolist()
    fails = [each for each in compare_seeds(changed, reference) if each.outcome is Outcome.FAILS]
    return [(each.figure, each.name) for each in fails] == [(figure, name)]


WHOLE = [
    ("figure1", "relevance", times(0.75)),
    ("figure1", "relevance", times(1.3)),
    ("figure2", "relevance", times(0.75)),
    ("figure2", "relevance", times(1.3)),
    ("figure3", "accuracy_random", plus(-0.25, 200)),
    ("figure3", "accuracy_random", plus(0.25, 200)),
    ("figure7", "histogram", zeros_moved_up),
]


@pytest.mark.parametrize(
    ("figure", "name", "change"),
    [*WHOLE, ("figure3", "accuracy", plus(-0.2, 5)), ("figure3", "accuracy", plus(-0.01, 40))],
)
def test_ten_seeds_of_quick_show_a_change(
    quick: Contents, reference: Reference, figure: str, name: str, change: Change
) -> None:
    assert refused(quick, reference, figure, name, change)


def test_ten_seeds_of_quick_show_a_relevant_input_halved(
    quick: Contents, reference: Reference
) -> None:
    relevant = np.flatnonzero(quick["figure1"]["values"]["distance"]).tolist()
    assert len(relevant) == 11
    for each in relevant:
        assert refused(quick, reference, "figure1", "relevance", times(0.5, each)), each


@pytest.mark.parametrize(
    ("figure", "name", "change"),
    [*WHOLE, ("figure3", "accuracy", plus(-0.3, 5)), ("figure3", "accuracy", plus(-0.005, 50))],
)
def test_the_papers_ten_seeds_show_a_change(
    paper: Contents, reference: Reference, figure: str, name: str, change: Change
) -> None:
    assert refused(paper, reference, figure, name, change)


@pytest.mark.parametrize("factor", [0.4, 1.7])
@pytest.mark.parametrize(("figure", "relevant"), [("figure1", "distance"), ("figure2", "p")])
def test_the_papers_ten_seeds_show_a_change_of_any_relevant_input(
    paper: Contents, reference: Reference, figure: str, relevant: str, factor: float
) -> None:
    for each in np.flatnonzero(paper[figure]["values"][relevant]).tolist():
        assert refused(paper, reference, figure, "relevance", times(factor, each)), each


def test_what_has_not_changed_is_not_refused(
    quick: Contents, paper: Contents, reference: Reference
) -> None:
    for contents in (quick, paper):
        compared = compare_seeds(contents, reference)
        assert {each.outcome for each in compared} == {Outcome.HOLDS}


def test_draws_of_the_pool_are_seldom_refused(pool: Pool) -> None:
    """A corner of the committed measurement, and what that came to."""
    alarms = verdicts.false_alarms(pool, size=10, draws=12, random=np.random.default_rng(1))
    assert alarms["refused"]["all"] == 0
    committed = json.loads(verdicts.RESULT.read_text())
    assert sum(committed["seeds"].values()) == len(pool.seeds) >= 60
    assert len(committed["seeds"]) >= 3
    for measured in committed["false_alarms"]:
        assert measured["drawn"]["all"] >= 200
        assert measured["refused"]["all"] <= measured["drawn"]["all"] / 200


def test_claims_hold_in_999_of_1000_draws(pool: Pool) -> None:
    """The committed measurement, and each claim anew by fewer draws."""
    committed = json.loads(verdicts.RESULT.read_text())["claims"]
    assert [each["statement"] for each in committed] == [claim.statement for claim in CLAIMS]
    measured = verdicts.measures(pool.contents, len(pool.seeds), size=10, draws=100)
    for claim, known in zip(CLAIMS, committed, strict=True):
        assert known["holds"] >= verdicts.HOLDS_IN, claim.statement
        assert verdicts.share_that_holds(claim, measured[claim]) == 1, claim.statement
        needed = max(known["seeds_needed"], known["seeds_needed_paper"] or 10)
        assert claim.seeds == needed, claim.statement
        spread = measured[claim].std() * (100 if claim.unit else 1)
        assert 10**-claim.decimals > spread / 10, f"{claim.statement}: digits of noise"
