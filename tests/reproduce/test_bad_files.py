"""Whatever a file holds, `check` and `report` answer with a verdict or one sentence."""

import base64
import json
import os
import random
import re
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reproduce.commands import main
from reproduce.evolution import EVOLUTIONS
from reproduce.figures import FIGURES
from reproduce.schema import UnreadableFileError
from reproduce.verdicts.reference import REFERENCE, read_reference
from spectral.appearance import style
from spectral.running.files import write_json
from spectral.running.one_sentence import run_command

PAPER = Path(__file__).parents[2] / "figures" / "paper"
EVOLUTION = "evolution-mnist-zeros-ones.json"
DRAWN_FROM = {f"{each.name}.json": each for each in (*FIGURES.values(), *EVOLUTIONS.values())}
TRIED, DRAWN = 80, 2
"""Of a file's mutations: as many as are tried, and of those that are accepted are drawn."""

ODD: list[Any] = [
    *(None, True, "", "text", "\x1b[31m\n[/red]", -1, 0, 3, 0.5, 1e38, 1e-320, 10**30, 1e999),
    *(float("nan"), [], {}, [[]], [[1, 2], [3]], {"a": 1}, [None]),
]
"""What is put in place of each value."""


@pytest.fixture
def answers(capfd: pytest.CaptureFixture[str]) -> Callable[..., int]:
    """Runs a command; fails on a traceback, and on more or less than one sentence of an error."""

    def answers(*arguments: object) -> int:
        code: Any = 0
        try:
            run_command(main, [str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code or 0
        error = capfd.readouterr().err
        assert code in (0, 1, 2), code
        assert "Traceback" not in error
        if code == 2:
            assert error.startswith("Error: "), error
            assert error.count("\n") == 1, error
            assert error.rstrip("\n").isprintable(), error
            assert len(error) < 400, error
        return code

    return answers


def places(content: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every key and level of a JSON document, and the first and last elements of its lists."""
    if place:
        yield place
    if isinstance(content, dict):
        for key in content:
            yield from places(content[key], (*place, key))
    if isinstance(content, list) and content:
        for position in {0, len(content) - 1}:
            yield from places(content[position], (*place, position))


def mutations(text: str) -> list[Callable[[], Any]]:
    """Makers of documents with one thing changed: replaced, removed, nested, doubled, renamed."""

    def make(place: tuple[Any, ...], change: Callable[[Any, Any], object]) -> Any:
        content = parent = json.loads(text)
        for key in place[:-1]:
            parent = parent[key]
        change(parent, place[-1])
        return content

    changes: list[Callable[[Any, Any], object]] = [
        *(partial(lambda odd, parent, key: parent.__setitem__(key, odd), odd) for odd in ODD),
        lambda parent, key: parent.pop(key),
        lambda parent, key: parent.__setitem__(key, [parent[key]]),
        lambda parent, key: (
            parent.append(parent[key])
            if isinstance(parent, list)
            else parent.__setitem__("\x1b", parent.pop(key))
        ),
    ]
    return [
        partial(make, place, change) for place in places(json.loads(text)) for change in changes
    ]


def read(name: str, folder: Path) -> dict[str, Any] | None:
    """The content of a file as the commands read it, or None where they refuse it."""
    try:
        return DRAWN_FROM[name].read(folder)
    except UnreadableFileError:
        return None


def draw(name: str, values: dict[str, Any]) -> None:
    with warnings.catch_warnings(), style.paper_style():
        warnings.simplefilter("ignore")  # such as that of a logarithmic axis without numbers
        assert style.picture(DRAWN_FROM[name].draw(values)).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", DRAWN_FROM)
def test_what_the_schema_accepts_can_be_drawn_and_judged(
    name: str, folder: Path, answers: Callable[..., int]
) -> None:
    text = (folder / name).read_text()
    chance = random.Random(name)
    refused = 0
    drawn: list[Any] = [json.loads(text)["values"]]
    for make in chance.sample(mutations(text), TRIED):
        (folder / name).write_text(json.dumps(make()))
        content = read(name, folder)
        if content is None:
            refused += 1
            assert answers("report", folder) == 2
        elif content["values"] not in drawn and len(drawn) <= DRAWN:
            drawn.append(content["values"])
            draw(name, content["values"])
            answers("check", folder)
    assert refused > TRIED / 2


DAMAGED = {
    "empty": b"",
    "truncated": (PAPER / "figure3.json").read_bytes()[:500],
    "binary": bytes(range(256)),
    "UTF-16": (PAPER / "figure3.json").read_text().encode("utf-16"),
    "list": b"[1, 2]",
    "null": b"null",
    "number": b"1" * 5000,
    "lone surrogate": b'{"preset": "\\ud800"}',
    "deep": b"[" * 100_000,
    "the key twice": b'{"figure": 3, "figure": 4}',
    "another figure": (PAPER / "figure2.json").read_bytes(),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_named(damage: str, folder: Path, answers: Callable[..., int]) -> None:
    (folder / "figure3.json").write_bytes(DAMAGED[damage])
    assert answers("check", folder) == 2
    assert answers("report", folder) == 2


def test_what_is_no_file_is_named(folder: Path, answers: Callable[..., int]) -> None:
    path = folder / "figure3.json"
    path.unlink()
    assert answers("check", folder) == 2
    path.symlink_to("/dev/zero")
    assert answers("check", folder) == 2
    path.unlink()
    path.mkdir()
    assert answers("report", folder) == 2


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("figure",), "figure4", "figure is 'figure4', but should be 'figure3'"),
        (("preset",), "\x1b[31m", r"preset is '\x1b[31m', but should match"),
        (("seeds",), [0], "'accuracy' has 10 × 38 numbers, but has to have 1 × 38"),
        (("seeds",), [], "seeds is a list of 0, but should have at least 1 item"),
        (("seeds",), [*range(9), 0], "seeds: [0, 1, 2, 3, 4, 5, ...] names a number twice"),
        (("seeds", 0), 11, "the seeds of its provenance are not those of the figure"),
        (("values", "pixels"), [*range(1, 40)], "'accuracy' has 10 × 38 numbers"),
        (("values", "accuracy", 2), [0.5], "the rows of 'accuracy' differ in length"),
        (("values", "accuracy", 2, 5), float("nan"), "values.accuracy[2][5] is nan, but should"),
        (("values", "accuracy", 2, 5), "1", "values.accuracy[2][5] is '1', but should be a valid"),
        (("values", "top20", 0, 3), 784, "values.top20[0][3] is 784, but should be less than 784"),
        (("values", "more"), 1, "has the key 'values.more', which is not known"),
    ],
)
def test_the_sentence_says_where_and_what_is_allowed(
    place: tuple[Any, ...], value: object, message: str, folder: Path
) -> None:
    path = folder / "figure3.json"
    content = parent = json.loads(path.read_text())
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    path.write_text(json.dumps(content))
    with pytest.raises(UnreadableFileError, match=re.escape(message)) as raised:
        FIGURES["figure3"].read(folder)
    assert str(raised.value).startswith(f"{path}")


def test_the_sentence_names_a_place_of_the_reference_without_pydantics_own_words(
    tmp_path: Path,
) -> None:
    content = json.loads(REFERENCE.read_text())
    content["presets"]["paper"]["figures"]["figure1"]["relevance"][0][2] = "1"
    path = tmp_path / "reference.json"
    path.write_text(json.dumps(content))
    with pytest.raises(UnreadableFileError) as raised:
        read_reference(path)
    place = "presets.paper.figures.figure1.relevance[0][2]"
    assert str(raised.value) == f"{path}: {place} is '1', but should be a valid number"


@pytest.mark.parametrize("name", ["figure3.json", EVOLUTION])
def test_figures_of_different_runs_are_refused(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / name
    path.write_text(path.read_text().replace('"preset": "paper"', '"preset": "quick"'))
    with pytest.raises(SystemExit, match="2"):
        run_command(main, ["report", str(folder)])
    assert "are of different runs: preset paper" in capsys.readouterr().err


def test_a_folder_with_an_odd_name_is_shown_and_does_not_steer_the_terminal(
    tmp_path: Path, answers: Callable[..., int]
) -> None:
    for name in ("a\x1b[31m\nb", "x[", "[red]", os.fsdecode(b"\xff")):
        (tmp_path / name).mkdir()
        assert answers("check", tmp_path / name) == 2


@pytest.mark.parametrize("reference", ["missing", "truncated", "a list", "another shape"])
def test_a_broken_reference_is_not_passed_over(
    reference: str, folder: Path, answers: Callable[..., int]
) -> None:
    path = folder.parent / "reference.json"
    if reference == "truncated":
        path.write_bytes(REFERENCE.read_bytes()[:1000])
    elif reference == "a list":
        path.write_text("[]")
    elif reference == "another shape":
        path.write_text('{"paper": {"figure1": {}}}')
    assert answers("check", folder, "--reference", path) == 2


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.parametrize("fault", ["truncated", "another shape", "a figure is missing"])
def test_the_report_says_that_the_reference_cannot_be_used(
    fault: str, folder: Path, answers: Callable[..., int]
) -> None:
    path = folder.parent / "reference.json"
    reference = json.loads(REFERENCE.read_text())
    figures = reference["presets"]["paper"]["figures"]
    if fault == "truncated":
        path.write_bytes(REFERENCE.read_bytes()[:1000])
        said = "cannot be read as JSON"
    elif fault == "another shape":
        figures["figure2"]["relevance"] = figures["figure1"]["relevance"]
        write_json(path, reference)
        said = "&#39;relevance&#39; of figure2 has the shape (10, 10), but its reference (10, 20)"
    else:
        del figures["figure1"]
        write_json(path, reference)
        said = "has no reference values for &#39;figure1&#39;"
    assert answers("check", folder, "--reference", path) == 2
    assert answers("report", folder, "--reference", path) == 2
    page = " ".join((folder / "report.html").read_text().split())
    assert f"cannot be compared with the reference values:</span> {path}" in page
    assert said in page


def test_the_report_draws_from_the_json_and_says_that_there_is_no_reference(
    folder: Path, answers: Callable[..., int]
) -> None:
    """What lies in the folder as a picture may be of another run, or no picture at all."""
    secret = folder.parent / "secret"
    secret.write_bytes(b"nobody but me")
    (folder / "figure1.png").symlink_to(secret)
    (folder / "evolution-mnist-zeros-ones.png").symlink_to(secret)
    reference = folder.parent / "reference.json"
    reference.write_text("{}")
    assert answers("report", folder, "--reference", reference) == 0
    page = (folder / "report.html").read_text()
    assert base64.b64encode(secret.read_bytes())[:-4].decode() not in page
    figures, _ = page.split('<section id="comparison">')
    assert figures.count("data:image/png;base64,iVBORw0KGgo") == len(DRAWN_FROM)
    assert "has no reference values" in page
    assert secret.read_bytes() == b"nobody but me"
