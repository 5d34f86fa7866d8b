"""The README's example does what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from reproduce import figures
from reproduce.claims import CLAIMS, judge
from reproduce.deviations import DEVIATIONS
from reproduce.outcome import Outcome

README = Path(__file__).parents[1] / "README.md"


def test_the_second_example_imports_in_a_fresh_process() -> None:
    example = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)[1]
    imports = "\n".join(line for line in example.splitlines() if "import" in line)
    subprocess.run([sys.executable, "-c", imports], check=True)


def test_the_example_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)[0]
    said = re.search(r"print\(.*\)  # (.*)", example)
    assert said is not None
    exec(example, {})
    assert capsys.readouterr().out.strip() == said[1]


def test_the_claims_table_says_what_the_committed_figures_hold() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in README.read_text().splitlines()
        if re.match(r"\| [1-7] \|", line)
    ]
    assert len(rows) == len(CLAIMS)
    folder = README.parent / "figures" / "paper"
    for claim, row in zip(CLAIMS, rows, strict=True):
        verdict = judge(claim, figures.read(claim.figure, folder)["values"], seeds=10)
        assert row[:2] == [str(claim.figure), claim.paper]
        assert row[2] == claim.statement
        assert row[3] == f"{claim.relation} {claim.show(claim.threshold)}"
        assert row[5] == claim.show(verdict.value), row
        assert verdict.outcome is Outcome.HOLDS


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
