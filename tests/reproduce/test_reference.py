"""Reference values: made from a run, held by that run, and a drift is caught."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reproduce.reference import DEVIATIONS, FLOOR, moves, write_reference

SEEDS = 10


def contents(seeds: int = SEEDS, draw: int = 0) -> dict[int, dict[str, Any]]:
    """Figure 1 and 5 as a run leaves them, drawn with a known spread."""
    random = np.random.default_rng(draw)
    relevance = random.normal([0.0, 1.0, 5.0], [0.001, 0.02, 0.1], (seeds, 3))
    record = {"provenance": {"versions": {"torch": "2"}}}
    common = {"preset": "quick", "seeds": list(range(seeds)), "provenance": {"seeds": [record]}}
    histogram = [[0.1, 0.8, 0.3]]
    return {
        1: common | {"values": {"relevance": relevance.tolist()}},
        5: common | {"values": {"class_0": histogram, "class_1": histogram}},
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "reference.json"
    assert write_reference(contents(), path) == "quick"
    return path


def test_a_run_holds_its_own_reference_and_other_draws_do(path: Path) -> None:
    assert [move.tolerances for move in moves(contents(), path)] == pytest.approx(
        [0, 0, 0], abs=1e-4
    )
    for draw in range(1, 20):
        assert all(move.holds for move in moves(contents(seeds=3, draw=draw), path))


def test_the_tolerance_is_that_of_the_spread(path: Path) -> None:
    expected = np.array(contents()[1]["values"]["relevance"])
    values = json.loads(path.read_text())["quick"]["figure1"]["values"]["relevance"]
    assert values["mean"] == pytest.approx(expected.mean(0).tolist(), rel=1e-5)
    deviation = np.array([np.std(column, ddof=1) for column in expected.T])
    assert values["spread"] == pytest.approx((DEVIATIONS * deviation).tolist(), rel=1e-5)
    assert values["floor"] == pytest.approx(FLOOR * expected.mean(0).max(), rel=1e-5)


def test_a_drift_is_caught_and_named(path: Path) -> None:
    drifted = contents(draw=1)
    for row in drifted[1]["values"]["relevance"]:
        row[1] *= 1.3
    (relevance, *others) = moves(drifted, path)
    assert not relevance.holds
    assert (relevance.figure, relevance.name, relevance.place) == (1, "relevance", (1,))
    assert relevance.value == pytest.approx(1.3, rel=0.05)
    assert all(move.holds for move in others)
    drifted[5]["values"]["class_1"] = [[0.1, 0.82, 0.3]]
    assert not moves(drifted, path)[-1].holds


def test_other_presets_stay(path: Path) -> None:
    paper = copy.deepcopy(contents())
    for content in paper.values():
        content["preset"] = "paper"
    write_reference(paper, path)
    assert list(json.loads(path.read_text())) == ["paper", "quick"]
    assert all(move.holds for move in moves(contents(), path))


def test_what_cannot_be_compared_is_said(path: Path) -> None:
    unknown = contents()
    for content in unknown.values():
        content["preset"] = "slow"
    with pytest.raises(ValueError, match="no reference values for 'slow'"):
        moves(unknown, path)
    short = contents()
    short[1]["values"]["relevance"] = [[1.0, 2.0]]
    with pytest.raises(ValueError, match=r"shape \(2,\), but its reference \(3,\)"):
        moves(short, path)
    with pytest.raises(ValueError, match="is missing: make it"):
        moves(contents(), path.with_name("other.json"))
    for text in ("[1", "[]", "null", "3"):
        path.write_text(text)
        with pytest.raises(ValueError, match="cannot be read as reference values"):
            moves(contents(), path)
        with pytest.raises(ValueError, match="cannot be read as reference values"):
            write_reference(contents(), path)
    path.write_text('{"quick": {"figure1": 3}}')
    with pytest.raises(ValueError, match="cannot be compared with"):
        moves(contents(), path)


def test_a_reference_needs_seeds_of_one_preset(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 seeds, but a spread needs at least 3"):
        write_reference(contents(seeds=2), tmp_path / "reference.json")
    mixed = contents()
    mixed[1]["preset"] = "paper"
    with pytest.raises(ValueError, match="several presets: paper, quick"):
        write_reference(mixed, tmp_path / "reference.json")
