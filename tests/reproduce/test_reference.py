"""Reference values: made from a run, kept in a file, compared with other draws of the seeds."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reproduce.commands import main
from reproduce.verdicts.drift import SAMPLES, Compared, compare
from reproduce.verdicts.outcome import Outcome
from reproduce.verdicts.reference import read_reference, write_reference
from spectral.running.one_sentence import run_command

Contents = dict[str, dict[str, Any]]

TRAINED = [
    {"trained": f"2026-05-0{day}", "device": "x86_64 CPU", "versions": {"torch": "2"}}
    | {"code_sha256": "c0de", "data_sha256": "da7a"}
    | {"seconds": seconds, "trained_with_seeds": company}
    for day, seconds, company in ((2, 1.5, [0, 1]), (1, 1.5, [0, 1]), (3, 2.25, [2]))
]
PROVENANCE = {
    "configuration": {"experiment": "independent-gaussians", "schedule": {"epochs": 30}},
    "seeds": [{"provenance": each} for each in TRAINED],
}


def contents(draw: int = 0, seeds: range = range(10)) -> Contents:
    """Figures 1, 3 and 5 as a run leaves them, drawn with a known spread."""
    random = np.random.default_rng(draw)
    relevance = random.normal([0.0, 1.0, 5.0], [0.001, 0.02, 0.1], (len(seeds), 3))
    accuracy = random.normal([0.6, 0.9], [0.05, 0.01], (len(seeds), 2))
    common = {"preset": "quick", "seeds": list(seeds), "provenance": PROVENANCE}
    histogram = [[0.1, 0.8, 0.3]]
    return {
        "figure1": common | {"values": {"relevance": relevance.tolist()}},
        "figure3": common
        | {"values": {"accuracy": accuracy.tolist(), "accuracy_random": accuracy.tolist()}},
        "figure5": common | {"values": {"class_0": histogram, "class_1": histogram}},
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "reference.json"
    assert write_reference(contents(seeds=range(40)), path) == "quick"
    return path


def outcomes(compared: list[Compared]) -> list[Outcome]:
    return [each.outcome for each in compared]


def test_a_run_holds_its_own_reference(path: Path) -> None:
    compared = compare(contents(seeds=range(40)), path)
    assert [(each.figure, each.name) for each in compared] == [
        ("figure1", "relevance"),
        ("figure3", "accuracy"),
        ("figure3", "accuracy_random"),
        ("figure5", "class_0"),
        ("figure5", "class_1"),
    ]
    assert outcomes(compared) == [Outcome.HOLDS] * 5
    assert [each.p_value for each in compared] == [1, 1, 1, None, None]
    assert [each.numbers for each in compared] == [3, 2, 2, 3, 3]


def test_other_draws_hold_it_and_answer_the_same_twice(path: Path) -> None:
    for draw in range(1, 6):
        others = contents(draw, range(100, 110))
        compared = compare(others, path)
        assert outcomes(compared) == [Outcome.HOLDS] * 5
        assert compared == compare(others, path)


def test_a_drift_of_one_number_is_caught_and_named(path: Path) -> None:
    drifted = contents(draw=1, seeds=range(100, 110))
    for row in drifted["figure1"]["values"]["relevance"]:
        row[1] *= 1.1
    relevance, *others = compare(drifted, path)
    assert (relevance.outcome, relevance.place) == (Outcome.FAILS, (1,))
    assert relevance.value == pytest.approx(1.1, rel=0.02)
    assert relevance.expected == pytest.approx(1.0, rel=0.02)
    assert relevance.p_value is not None
    assert relevance.p_value < 0.001
    assert outcomes(others) == [Outcome.HOLDS] * 4


def test_the_same_seeds_are_compared_pair_by_pair(path: Path) -> None:
    """A drift of a fifth of a standard deviation, which independent seeds would hide."""
    drifted = contents(seeds=range(40))
    for row in drifted["figure1"]["values"]["relevance"]:
        row[2] += 0.02
    assert compare(drifted, path)[0].outcome is Outcome.FAILS
    for content in drifted.values():
        content["seeds"] = list(range(100, 140))
    assert compare(drifted, path)[0].outcome is Outcome.HOLDS


def test_too_few_seeds_leave_it_open(path: Path) -> None:
    compared = compare(contents(draw=1, seeds=range(100, 101)), path)
    assert outcomes(compared) == [Outcome.OPEN] * 3 + [Outcome.HOLDS] * 2
    compared = compare(contents(draw=1, seeds=range(100, 102)), path)
    assert outcomes(compared) == [Outcome.HOLDS] * 5


def test_bins_of_the_data_may_differ_by_a_sample_or_two(path: Path) -> None:
    for samples in range(5):
        moved = contents(draw=1)
        bins = [0.1 + 0.1 * samples, 0.8 - 0.1 * samples, 0.3]
        moved["figure5"]["values"]["class_1"] = [bins]
        *_, class_0, class_1 = compare(moved, path)
        assert class_0.outcome is Outcome.HOLDS
        assert (class_1.outcome is Outcome.HOLDS) is (samples <= SAMPLES)


def test_other_presets_stay(path: Path) -> None:
    paper = copy.deepcopy(contents(draw=3))
    for content in paper.values():
        content["preset"] = "paper"
    write_reference(paper, path)
    assert list(read_reference(path).presets) == ["paper", "quick"]
    assert outcomes(compare(contents(draw=1), path)) == [Outcome.HOLDS] * 5
    assert outcomes(compare(paper, path)) == [Outcome.HOLDS] * 5


def test_numbers_are_kept_to_six_digits_and_compared_so(path: Path) -> None:
    known = read_reference(path).presets["quick"].figures["figure1"]["relevance"]
    expected = contents(seeds=range(40))["figure1"]["values"]["relevance"]
    assert np.array(known) == pytest.approx(np.array(expected), rel=5e-6)
    assert json.loads(path.read_text())["presets"]["quick"]["seeds"] == list(range(40))


def test_how_the_seeds_were_trained_is_kept(path: Path) -> None:
    (told,) = read_reference(path).presets["quick"].provenance.values()
    assert told.model_dump() == {
        "schedule": {"epochs": 30},
        "trained": ["2026-05-01", "2026-05-03"],
        "seconds": 3.8,
        "groups": 2,
        "devices": ["x86_64 CPU"],
        "versions": [{"torch": "2"}],
        "code_sha256": ["c0de"],
        "data_sha256": ["da7a"],
    }


def test_figures_that_contradict_their_preset_are_no_reference(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads((folder / "figure3.json").read_text())
    content["provenance"]["configuration"]["schedule"]["epochs"] = 7
    (folder / "figure3.json").write_text(json.dumps(content))
    reference = tmp_path / "reference.json"
    with pytest.raises(SystemExit) as leaving:
        run_command(main, ["reference", str(folder), "--reference", str(reference)])
    assert leaving.value.code == 2
    assert "figure3 was not trained by the schedule of its preset" in capsys.readouterr().err
    assert not reference.exists()


def test_what_cannot_be_compared_is_said(path: Path) -> None:
    unknown = contents()
    for content in unknown.values():
        content["preset"] = "slow"
    with pytest.raises(ValueError, match="no reference values for 'slow'"):
        compare(unknown, path)
    short = contents()
    short["figure1"]["values"]["relevance"] = [[1.0, 2.0]] * 10
    with pytest.raises(ValueError, match=r"shape \(10, 2\), but its reference \(40, 3\)"):
        compare(short, path)
    bins = contents()
    bins["figure5"]["values"]["class_0"] = [[1.0]]
    with pytest.raises(ValueError, match=r"shape \(1, 1\), but its reference \(1, 3\)"):
        compare(bins, path)
    with pytest.raises(ValueError, match="is missing: make it"):
        compare(contents(), path.with_name("other.json"))


@pytest.mark.parametrize(
    "text",
    [
        "[1",
        "[]",
        "null",
        "3",
        '{"quick": {}}',
        '{"presets": 3}',
        '{"presets": {"quick": {"seeds": [0], "figures": {"figure1": {"relevance": [[NaN]]}}}}}',
        '{"presets": {"quick": {"seeds": ["a"], "figures": {}}}}',
        '{"presets": {"quick": {"seeds": [-1], "figures": {}}}}',
        '{"data": {"figure5": {"class_0": ["x"]}}}',
        '{"data": {"figure5": {"class_0": [[0, 0]]}}}',
        '{"data": {"figure5": {"class_0": [[2, -1]]}}}',
        '{"presets": {"quick": {"seeds": [0, 1], "figures": {"figure1": {"x": [[1], [1, 2]]}}}}}',
        '{"presets": {"quick": {"seeds": [0, 0], "figures": {}}}}',
        '{"presets": {"quick": {"seeds": [0, 1], "figures": {"figure1": {"x": [[1], []]}}}}}',
    ],
)
def test_a_broken_reference_is_one_sentence(path: Path, text: str) -> None:
    path.write_text(text)
    for use in (compare, write_reference):
        with pytest.raises(ValueError, match=re.escape(str(path))) as raised:
            use(contents(), path)
        assert len(str(raised.value).splitlines()) == 1


def test_a_reference_is_of_one_preset(tmp_path: Path) -> None:
    mixed = contents()
    mixed["figure1"]["preset"] = "paper"
    with pytest.raises(ValueError, match="several presets: paper, quick"):
        write_reference(mixed, tmp_path / "reference.json")
