"""The README's example does what it says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reproduce.figures import FIGURES
from reproduce.pages.deviations import DEVIATIONS
from reproduce.verdicts.claims import CLAIMS
from reproduce.verdicts.judging import judge
from reproduce.verdicts.outcome import Outcome

README = Path(__file__).parents[1] / "README.md"


EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.mark.parametrize("example", [text for text in EXAMPLES if "pytorch_lightning" in text])
def test_what_uses_lightning_imports_in_a_fresh_process(example: str) -> None:
    imports = "\n".join(line for line in example.splitlines() if "import" in line)
    subprocess.run([sys.executable, "-c", imports], check=True)


def test_the_examples_print_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the last, which shows the paper's own data."""
    monkeypatch.chdir(tmp_path)  # Lightning writes logs and checkpoints
    printed: list[str] = []
    names: dict[str, Any] = {"print": printed.append}
    for example in EXAMPLES[:-1]:
        exec(example, names)
    said = re.findall(r"print\(.*\)  # (.*)", "".join(EXAMPLES))
    assert said[-1].startswith("1.0, 0.9")
    assert [str(line) for line in printed] == [*said[:-1], "1.0", "0.9"]


def test_the_claims_table_says_what_the_draws_and_the_committed_figures_came_to() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in README.read_text().splitlines()
        if re.match(r"\| [1-7] \|", line)
    ]
    assert len(rows) == len(CLAIMS)
    folder = README.parent / "figures" / "paper"
    draws = json.loads((README.parent / "benchmarks" / "verdicts.json").read_text())["claims"]
    for claim, row, drawn in zip(CLAIMS, rows, draws, strict=True):
        verdict = judge(claim, FIGURES[claim.figure].read(folder)["values"], seeds=10)
        assert row == [
            str(FIGURES[claim.figure].number),
            claim.paper,
            claim.statement,
            claim.condition,
            claim.show(drawn["median"]),
            claim.show(drawn["worst"]),
            claim.show(verdict.value),
            str(claim.seeds),
        ]
        assert verdict.outcome is Outcome.HOLDS


def test_the_false_alarms_are_those_measured() -> None:
    of_two, *_, of_ten = json.loads((README.parent / "benchmarks" / "verdicts.json").read_text())[
        "false_alarms"
    ]
    assert (of_two["seeds"], of_ten["seeds"]) == (2, 10)
    refused, drawn = of_ten["refused"]["all"], of_ten["drawn"]["all"]
    text = " ".join(README.read_text().split())
    assert f"{refused} of {drawn} draws of ten seeds was refused" in text
    assert of_two["refused"]["all"] == 0
    assert f"none of {of_two['drawn']['all']} draws of two" in text


def test_the_deviations_are_those_of_the_report() -> None:
    section = README.read_text().split("## Where this package differs")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    cells = [
        tuple(
            cell.strip().replace("\\|", "|").replace("`", "")
            for cell in re.split(r"(?<!\\)\|", row)[1:-1]
        )
        for row in rows
    ]
    assert cells == [tuple(deviation) for deviation in DEVIATIONS]
