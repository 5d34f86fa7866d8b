"""The README's example does what it says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def test_the_example_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)[0]
    said = re.search(r"print\(.*\)  # (.*)", example)
    assert said is not None
    exec(example, {})
    assert capsys.readouterr().out.strip() == said[1]
