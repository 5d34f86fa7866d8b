"""Docstrings tell the type of every parameter and attribute that they describe."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECTION = re.compile(
    r"^(?:Parameters|Attributes)\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", re.DOTALL | re.M
)


def described(path: Path) -> Iterator[tuple[str, str]]:
    """Every entry of the sections of the docstrings in a file, and whose it is."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for section in SECTION.findall(ast.get_docstring(node) or ""):
                for entry in re.findall(r"^\S.*$", section, re.MULTILINE):
                    yield node.name, entry


@pytest.mark.parametrize("package", ["spectral", "reproduce"])
def test_every_entry_has_its_type(package: str) -> None:
    entries = [entry for path in (ROOT / package).rglob("*.py") for entry in described(path)]
    assert len(entries) > 20
    assert [
        (name, entry) for name, entry in entries if not re.match(r"\S.* : \S|\*\*", entry)
    ] == []
