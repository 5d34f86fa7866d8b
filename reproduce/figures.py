"""The seven figures: measured into JSON, drawn from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from reproduce import figure1, figure2, figure3, figure4, figure5, figure6, figure7, figure_schema
from reproduce.files import write_json
from reproduce.schema import UnreadableFileError, parse
from reproduce.style import paper_style, save
from reproduce.training.runs import Run

FIGURES: Mapping[int, ModuleType] = {
    1: figure1,
    2: figure2,
    3: figure3,
    4: figure4,
    5: figure5,
    6: figure6,
    7: figure7,
}
"""Each module has ``EXPERIMENT``, ``CAPTION``, ``ALT`` (the picture in words),
``measure(run)`` and ``draw(values)``."""


def write(number: int, run: Run, folder: Path) -> None:
    """Measure a figure, write its JSON, and draw it from that as PNG and PDF."""
    path = json_path(number, folder)
    write_json(
        path,
        {
            "figure": number,
            "preset": run.preset,
            "seeds": list(run.seeds),
            "values": FIGURES[number].measure(run),
            "provenance": {"configuration": run.configuration, "seeds": run.records()},
        },
    )
    draw(number, folder)


def draw(number: int, folder: Path) -> None:
    """Draw a figure from its JSON alone, as PNG and PDF beside it."""
    values = read(number, folder)["values"]
    with paper_style():
        save(FIGURES[number].draw(values), folder / f"figure{number}")


def read(number: int, folder: Path) -> dict[str, Any]:
    """The JSON of a figure: ``preset``, ``seeds``, ``values`` and more.

    Raises
    ------
    UnreadableFileError
        If the file is missing or does not hold what :mod:`reproduce.figure_schema` says.
    """
    path = json_path(number, folder)
    if not path.exists():
        raise UnreadableFileError(
            f"{path} is missing: make it with `python -m reproduce figure{number}`"
        )
    return parse(figure_schema.FIGURES[number], path).model_dump()


def read_run(numbers: Sequence[int], folder: Path) -> dict[int, dict[str, Any]]:
    """The JSON of several figures of one run.

    Raises
    ------
    UnreadableFileError
        As :func:`read`, or if the figures are of different presets or seeds.
    """
    contents = {number: read(number, folder) for number in numbers}
    made_by = {made_by_of(content) for content in contents.values()}
    if len(made_by) > 1:
        listed = "; ".join(sorted(made_by))
        raise UnreadableFileError(f"the figures in {folder} are of different runs: {listed}")
    return contents


def made_by_of(content: Mapping[str, Any]) -> str:
    """The preset and the seeds of a figure, in words."""
    return f"preset {content['preset']}, seeds {content['seeds']}"


def json_path(number: int, folder: Path) -> Path:
    return folder / f"figure{number}.json"
