"""The numbers in the tables of docs/ are those that the committed results come to."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from reproduce.figures import FIGURES
from reproduce.pages.deviations import DEVIATIONS
from reproduce.verdicts.claims import CLAIMS
from reproduce.verdicts.judging import judge
from reproduce.verdicts.outcome import Outcome

ROOT = Path(__file__).parents[1]
PAPER = (ROOT / "docs" / "paper.md").read_text()
REPRODUCE = (ROOT / "docs" / "reproduce.md").read_text()
FIELD = (ROOT / "docs" / "against-the-field.md").read_text()
VERDICTS = json.loads((ROOT / "benchmarks" / "verdicts.json").read_text())
PUBLISHED = ROOT / "benchmarks" / "selection" / "published.csv"


def lines_below(page: str, heading: str) -> list[str]:
    """The lines of the table under a heading, without its own two first."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def line_of(cells: Sequence[str]) -> str:
    """A line of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def test_the_claims_are_what_the_draws_and_the_committed_figures_came_to() -> None:
    """Where a claim or a figure has changed, the lines that are expected can be pasted."""
    folder = ROOT / "figures" / "paper"
    expected = []
    for claim, drawn in zip(CLAIMS, VERDICTS["claims"], strict=True):
        figure = FIGURES[claim.figure]
        verdict = judge(claim, figure.read(folder)["values"], seeds=10)
        assert verdict.outcome is Outcome.HOLDS
        expected.append(
            line_of(
                [
                    str(figure.number),
                    claim.paper,
                    claim.statement,
                    claim.condition,
                    claim.show(drawn["median"]),
                    claim.show(drawn["worst"]),
                    claim.show(verdict.value),
                    str(claim.seeds),
                ]
            )
        )
    told = lines_below(PAPER, "The claims")
    assert told == expected, "docs/paper.md should say:\n" + "\n".join(expected)
    assert f"All {len(CLAIMS)} claims" in " ".join((ROOT / "README.md").read_text().split())


def test_the_false_alarms_are_those_measured() -> None:
    of_two, *_, of_ten = VERDICTS["false_alarms"]
    assert (of_two["seeds"], of_ten["seeds"]) == (2, 10)
    refused, drawn = of_ten["refused"]["all"], of_ten["drawn"]["all"]
    text = " ".join(REPRODUCE.split())
    assert f"{refused} of {drawn} draws of ten seeds was refused" in text
    assert of_two["refused"]["all"] == 0
    assert f"none of {of_two['drawn']['all']} draws of two" in text


def test_the_deviations_are_those_of_the_report() -> None:
    told = [
        tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1])
        for line in lines_below(PAPER.replace("`", ""), "Where this package differs")
    ]
    assert told == [tuple(deviation) for deviation in DEVIATIONS]


def test_the_published_numbers_are_means_of_what_was_published() -> None:
    published = pd.read_csv(PUBLISHED, comment="#")
    large = published[published["inputs"] >= 32]
    of_sets = large.groupby(["method", "data set"])["best_k"].mean().unstack()
    means = of_sets[["ring", "xor", "ring+xor", "ring+xor+sum"]]
    lines = lines_below(FIELD, "What others reach")
    assert len(lines) > 5
    for line in lines:
        method = line.split("|")[1].strip()
        of_method = means.loc[method]
        shown = [f"{mean:.2f}" for mean in of_method]
        assert line == line_of([method, *shown, f"{of_method.mean():.3f}"])
    assert len(published["method"].unique()) == 21
