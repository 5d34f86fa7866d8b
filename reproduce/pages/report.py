"""Figures and verdicts on one page, ``report.html``: pictures inside, no network needed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from reproduce import evolution, style
from reproduce.experiments import EXPERIMENTS
from reproduce.figure import made_by_of, read_run
from reproduce.figures import FIGURES
from reproduce.files import replacing
from reproduce.pages.deviations import DEVIATIONS
from reproduce.schema import UnreadableFileError
from reproduce.verdicts.consistency import contradictions
from reproduce.verdicts.drift import SIGNIFICANCE, Compared, compare
from reproduce.verdicts.judging import Verdict, judge_all
from reproduce.verdicts.reference import Contents, read_reference

NAME = "report.html"


def write_report(folder: Path, reference: Path | None) -> tuple[Path, str | None]:
    """Write the page from the JSON in a folder of figures.

    The pictures are drawn from the JSON: those in the folder may be of another run.

    Parameters
    ----------
    folder : Path
        Where ``figure1.json`` and the others lie, and where the page will.
    reference : Path or None
        The file of reference values; None compares with none.

    Returns
    -------
    page : Path
        The page.
    problem : str or None
        Why the numbers cannot be compared with the reference values; the page says it, too.

    Raises
    ------
    UnreadableFileError
        If a figure is missing or broken, or the figures are of different runs.
    """
    contents = read_run([*FIGURES.values()], folder)
    evolutions = read_evolutions(folder, made_by_of(contents[1]))
    compared: Sequence[Compared] | None = None
    problem = None
    try:
        compared = reference_values(contents, reference)
    except UnreadableFileError as error:
        problem = str(error)
    verdicts = judge_all(contents)
    environment = Environment(
        loader=PackageLoader("reproduce.pages", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template(f"{NAME}.j2").render(
        preset=contents[1]["preset"],
        seeds=contents[1]["seeds"],
        figures=[described_figure(number, contents[number], verdicts) for number in contents],
        verdicts=verdicts,
        evolutions=[
            {"title": title, "picture": embedded_picture(evolution.draw, values)}
            for title, values in evolutions.items()
        ],
        contradictions=contradictions(FIGURES.values(), contents),
        compared=compared,
        problem=problem,
        significance=SIGNIFICANCE,
        deviations=DEVIATIONS,
        trainings=trainings(contents),
    )
    path = folder / NAME
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return path, problem


def described_figure(
    number: int, content: Mapping[str, Any], verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    """What the page says of a figure."""
    figure = FIGURES[number]
    return {
        "number": number,
        "title": figure.title,
        "picture": embedded_picture(figure.draw, content["values"]),
        "alt": figure.alt,
        "caption": figure.caption,
        "verdicts": [verdict for verdict in verdicts if verdict.claim.figure == number],
    }


def read_evolutions(folder: Path, made_by: str) -> dict[str, dict[str, Any]]:
    """The values of the plots of the training by title, as far as there are any."""
    contents = {each: evolution.read(each, folder) for each in EXPERIMENTS}
    for experiment, content in contents.items():
        if content and made_by_of(content) != made_by:
            raise UnreadableFileError(
                f"the evolution of {experiment.name} in {folder} is of another run than the "
                f"figures: {made_by_of(content)} instead of {made_by}"
            )
    return {each.title: content["values"] for each, content in contents.items() if content}


def reference_values(contents: Contents, reference: Path | None) -> Sequence[Compared] | None:
    """The arrays against the reference values; None if their preset has none.

    Raises
    ------
    UnreadableFileError
        If the file is missing or broken, or lacks a figure or a shape.
    """
    if reference is None or contents[1]["preset"] not in read_reference(reference).presets:
        return None
    return compare(contents, reference)


def trainings(contents: Mapping[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """How each data set was trained: provenance of its seeds, times summed over processes."""
    described = {}
    for content in contents.values():
        configuration = content["provenance"]["configuration"]
        records = [record["provenance"] for record in content["provenance"]["seeds"]]
        seconds = {tuple(each["trained_with_seeds"]): each["seconds"] for each in records}
        described[configuration["experiment"]] = {
            "experiment": configuration["experiment"],
            "epochs": configuration["schedule"]["epochs"],
            "learning_rate": configuration["schedule"]["learning_rate"],
            "time": str(timedelta(seconds=round(sum(seconds.values())))),
            "processes": len(seconds),
            "trained": max(each["trained"] for each in records),
            "devices": sorted({each["device"] for each in records}),
            "data_sha256": records[0]["data_sha256"],
            "versions": records[0]["versions"],
            "configuration": json.dumps(configuration, indent=1, ensure_ascii=False),
        }
    return [*described.values()]


def embedded_picture(draw: Callable[[dict[str, Any]], Figure], values: dict[str, Any]) -> str:
    """A figure as the address of a picture inside a page."""
    with style.paper_style():
        drawn = style.picture(draw(values))
    return f"data:image/png;base64,{base64.b64encode(drawn).decode()}"
