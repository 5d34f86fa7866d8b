"""The README and the pages of docs/: examples run, commands exist, links lead somewhere."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from reproduce.commands import main
from spectral.rank.command import rank

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
LARGEST_README = 8192
LARGEST_PICTURE = 100_000

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
of_each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def examples(page: Path) -> list[str]:
    """The Python code of a page."""
    return [code for language, code in FENCED.findall(page.read_text()) if language == "python"]


def commands(page: Path) -> str:
    """What a page shows for the shell, every command in one line."""
    shown = [code for language, code in FENCED.findall(page.read_text()) if not language]
    return "".join(shown).replace("\\\n", " ")


def prose(page: Path) -> str:
    """A page without what is fenced."""
    return FENCED.sub("", page.read_text())


USING_LIGHTNING = [
    example for page in PAGES for example in examples(page) if "import pytorch_lightning" in example
]
assert USING_LIGHTNING


@pytest.mark.parametrize("example", USING_LIGHTNING)
def test_what_uses_lightning_imports_in_a_fresh_process(example: str) -> None:
    imports = "\n".join(line for line in example.splitlines() if "import" in line)
    subprocess.run([sys.executable, "-c", imports], check=True)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if examples(page)], ids=lambda page: page.stem
)
def test_the_examples_print_what_they_say(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a page run one after the other, as a reader would paste them."""
    monkeypatch.chdir(tmp_path)  # Lightning writes logs and checkpoints
    printed: dict[int, str] = {}

    def note(*values: object, sep: str = " ") -> None:
        printed[sys._getframe(1).f_lineno] = sep.join(map(str, values))

    names: dict[str, Any] = {"print": note}
    for example in examples(page):
        printed.clear()
        exec(example, names)
        said = {
            line: match[1]
            for line, text in enumerate(example.splitlines(), 1)
            if (match := re.fullmatch(r"print\(.*\)  # (.*)", text))
        }
        assert {line: printed.get(line) for line in said} == said


@of_each_page
def test_every_command_exists(page: Path) -> None:
    targets = re.findall(r"^([\w-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"^make ([a-z]+)", commands(page), re.MULTILINE)) <= set(targets)
    for module in set(re.findall(r"python -m ([\w.]+)", commands(page))) - {"pip"}:
        assert importlib.util.find_spec(module), f"{page.name} names {module}"
    for script in re.findall(r"python (\w\S+\.py)", commands(page)):
        assert (ROOT / script).is_file(), f"{page.name} names {script}"
    of_reproduce = r"(?:python -m reproduce|reproduce-all) (\w+)(.*)"
    for name, arguments in re.findall(of_reproduce, commands(page)):
        if name not in ("rank", "lab", "test"):  # words of the image
            assert options_in(arguments) <= options_of(main.commands[name])
    for arguments in re.findall(r"(?:spectral-rank|reproduce-all rank) (.*)", commands(page)):
        assert options_in(arguments) <= options_of(rank)


def test_the_options_are_told() -> None:
    """All of them, in the usage on the page of each command."""
    listed = commands(DOCS / "your-data.md")
    assert {*re.findall(r"^(--[\w-]+)", listed, re.MULTILINE), "--target"} == options_of(rank)
    usage = re.split(r"^python ", commands(DOCS / "reproduce.md"), flags=re.MULTILINE)
    for name in ("all", "notebooks"):
        (told,) = (entry for entry in usage if entry.startswith(f"-m reproduce {name}"))
        assert options_in(told) == options_of(main.commands[name])


def options_in(arguments: str) -> set[str]:
    """Those of a command line, or of a line of usage."""
    return set(re.findall(r"(?<=[\s\[])--[\w-]+", arguments.partition("#")[0]))


def options_of(command: click.Command) -> set[str]:
    """Those that a command takes, but for its help."""
    names = {name for parameter in command.params for name in parameter.opts}
    return {name for name in names if name.startswith("--")}


@of_each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        assert aim.exists(), f"{page.name} links {target}"
        assert aim.is_relative_to(ROOT), f"{page.name} links {target}"
        if anchor:
            assert anchor in anchors(aim), f"{page.name} links {target}"


def test_every_page_is_reached_from_the_readme() -> None:
    reached = {(README.parent / target.partition("#")[0]).resolve() for target in links(README)}
    assert set(PAGES) - {README} <= reached


def links(page: Path) -> list[str]:
    """The targets of links and pictures, in Markdown or as HTML."""
    return re.findall(r"""(?:\]\(|src="|href=")([^)"\s]+)""", prose(page))


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@of_each_page
def test_every_picture_has_words(page: Path) -> None:
    text = prose(page)
    alternatives = re.findall(r"!\[(.*?)\]", text)
    for tag in re.findall(r"<img.*?>", text, re.DOTALL):
        alternatives += re.findall(r'alt="(.*?)"', tag) or [""]
    assert [words for words in alternatives if len(words) < 20] == []


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= LARGEST_README


def test_the_pictures_of_the_pages_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in DOCS.glob("*.png")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > LARGEST_PICTURE} == {}
