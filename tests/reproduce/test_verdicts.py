"""What is printed and with which exit code: all seeds, too few of them, numbers that contradict."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reproduce import figure1
from reproduce.experiments import INDEPENDENT_GAUSSIANS
from reproduce.figures import FIGURES
from reproduce.verdicts.claims import CLAIMS
from reproduce.verdicts.judging import judge
from reproduce.verdicts.outcome import EXIT_CODES, Outcome, overall
from reproduce.verdicts.printing import judge_folder
from reproduce.verdicts.reference import REFERENCE

PAPER = Path(__file__).parents[2] / "figures" / "paper"
OF_FIGURE_1 = [claim for claim in CLAIMS if claim.figure == "figure1"]


def figure_of(seeds: tuple[int, ...]) -> dict[str, Any]:
    """Figure 1 as these of the paper's seeds alone would have it."""
    content = FIGURES["figure1"].read(PAPER)
    relevance = np.array(content["values"]["relevance"])[list(seeds)]
    values = figure1.derived(relevance, INDEPENDENT_GAUSSIANS.make_data(seeds=[0]))
    provenance = content["provenance"]
    records = [record for record in provenance["seeds"] if record["seed"] in seeds]
    return content | {
        "seeds": list(seeds),
        "values": {"relevance": relevance.tolist()} | values,
        "provenance": provenance | {"seeds": records},
    }


def holds(content: dict[str, Any], claim: Any) -> bool:
    return judge(claim, content["values"], seeds=10).outcome is Outcome.HOLDS


def write(content: dict[str, Any], folder: Path) -> Path:
    (folder / "figure1.json").write_text(json.dumps(content))
    return folder


def test_all_seeds_are_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(figure_of(tuple(range(10))), tmp_path)
    assert judge_folder([FIGURES["figure1"]], folder, REFERENCE) == 0
    printed = capsys.readouterr().out
    assert "4 of 4 claims hold" in printed
    assert "1 of 1 arrays could come from the distribution" in printed
    assert "open" not in printed


def test_what_fails_by_too_few_seeds_is_open_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unlucky = next(
        content
        for content in map(figure_of, itertools.combinations(range(10), 2))
        if not holds(content, OF_FIGURE_1[0])
    )
    assert OF_FIGURE_1[0].seeds > 2
    assert judge_folder([FIGURES["figure1"]], write(unlucky, tmp_path), REFERENCE) == 2
    printed = " ".join(capsys.readouterr().out.split())
    assert "3 of 4 claims hold" in printed
    assert f"2 of the {OF_FIGURE_1[0].seeds} seeds that can tell are here" in printed
    assert "A comparison with the reference needs 4 seeds: 2 are here." in printed


def test_what_holds_by_few_seeds_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lucky = next(
        content
        for content in map(figure_of, itertools.combinations(range(10), 4))
        if all(holds(content, claim) for claim in OF_FIGURE_1)
    )
    assert judge_folder([FIGURES["figure1"]], write(lucky, tmp_path), REFERENCE) == 0
    assert "4 of 4 claims hold" in capsys.readouterr().out


def test_a_contradiction_fails_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = figure_of(tuple(range(10)))
    content["values"]["mean"] = [0.99 * each for each in content["values"]["mean"]]
    assert judge_folder([FIGURES["figure1"]], write(content, tmp_path), REFERENCE) == 1
    assert "'mean' of figure1 does not follow" in capsys.readouterr().out
    assert judge_folder([FIGURES["figure1"]], tmp_path, REFERENCE, markdown=True) == 1
    assert "- 'mean' of figure1 does not follow" in capsys.readouterr().out


def test_the_exit_code_is_that_of_the_worst() -> None:
    holds, fails, left_open = Outcome.HOLDS, Outcome.FAILS, Outcome.OPEN
    assert [EXIT_CODES[each] for each in (holds, fails, left_open)] == [0, 1, 2]
    assert overall([]) is holds
    assert overall([holds, left_open]) is left_open
    assert overall([holds, left_open, fails]) is fails
