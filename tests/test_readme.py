"""The README's example does what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

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
