"""A figure: measured on a run into JSON, drawn from that JSON alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib import figure as drawn
from pydantic import BaseModel

from reproduce.experiments import Experiment
from reproduce.schema import UnreadableFileError, parse
from reproduce.training.runs import Run
from spectral.appearance.style import paper_style, save
from spectral.running.files import write_json

Values = dict[str, Any]
"""What a figure is drawn from, as JSON has it."""


def nothing_follows(values: Mapping[str, Values]) -> Values:
    """For a figure whose values are all measured."""
    return {}


@dataclass(frozen=True, eq=False)
class MeasuredFigure:
    """One figure, of the paper or beyond it."""

    name: str
    """What its files and its command are called, and the key of all that is said of it."""

    title: str
    experiment: Experiment
    schema: type[BaseModel]
    """What its JSON has to hold."""

    caption: str
    alt: str
    """The picture in words."""

    measure: Callable[[Run], Values]
    draw: Callable[[Values], drawn.Figure]
    follows: Callable[[Mapping[str, Values]], Values] = nothing_follows
    """What some of its values should be, told from the values of the figures at hand by name."""

    number: int | None = None
    """In the paper."""

    @property
    def heading(self) -> str:
        """The title, after the number where it has one."""
        return self.title if self.number is None else f"Figure {self.number}: {self.title}"

    def path(self, folder: Path) -> Path:
        """Where its JSON lies."""
        return folder / f"{self.name}.json"

    def write(self, run: Run, folder: Path) -> None:
        """Measure, write the JSON, and draw it as PNG and PDF."""
        write_json(
            self.path(folder),
            {
                "figure": self.name,
                "preset": run.preset,
                "seeds": list(run.seeds),
                "values": self.measure(run),
                "provenance": {"configuration": run.configuration, "seeds": run.records()},
            },
        )
        self.redraw(folder)

    def redraw(self, folder: Path) -> None:
        """Draw from the JSON in a folder, as PNG and PDF beside it."""
        values = self.read(folder)["values"]
        with paper_style():
            save(self.draw(values), folder / self.name)

    def read(self, folder: Path) -> dict[str, Any]:
        """The JSON in a folder: ``preset``, ``seeds``, ``values`` and more.

        Raises
        ------
        UnreadableFileError
            If the file is missing or does not hold what the schema says.
        """
        path = self.path(folder)
        if not path.exists():
            raise UnreadableFileError(
                f"{path} is missing: make it with `python -m reproduce {self.name}`"
            )
        return parse(self.schema, path).model_dump()


def read_run(figures: Sequence[MeasuredFigure], folder: Path) -> dict[str, dict[str, Any]]:
    """The JSON of several figures of one run, by name.

    Raises
    ------
    UnreadableFileError
        As :meth:`MeasuredFigure.read`, or if the figures are of different presets or seeds.
    """
    contents = {figure.name: figure.read(folder) for figure in figures}
    made_by = {made_by_of(content) for content in contents.values()}
    if len(made_by) > 1:
        listed = "; ".join(sorted(made_by))
        raise UnreadableFileError(f"the figures in {folder} are of different runs: {listed}")
    return contents


def made_by_of(content: Mapping[str, Any]) -> str:
    """The preset and the seeds of a figure, in words."""
    return f"preset {content['preset']}, seeds {content['seeds']}"
