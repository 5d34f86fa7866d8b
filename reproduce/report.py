"""Figures and verdicts on one page, ``report.html``: pictures inside, no network needed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reproduce import evolution, figures
from reproduce.claims import Verdict, judge_all
from reproduce.deviations import DEVIATIONS
from reproduce.drift import SIGNIFICANCE, Compared, compare
from reproduce.experiments import EXPERIMENTS
from reproduce.files import replacing
from reproduce.reference import Contents

NAME = "report.html"


def write_report(folder: Path, reference: Path | None) -> Path:
    """Write the page from what a folder of figures holds, and return its path.

    Raises
    ------
    UnreadableFigureError
        If a figure is missing, or they are of different runs.
    """
    contents = figures.read_run(list(figures.FIGURES), folder)
    verdicts = judge_all(contents)
    environment = Environment(
        loader=PackageLoader("reproduce", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template(f"{NAME}.j2").render(
        preset=contents[1]["preset"],
        seeds=contents[1]["seeds"],
        figures=[described(number, verdicts, folder) for number in contents],
        verdicts=verdicts,
        evolutions=evolutions(folder),
        compared=compared(contents, reference),
        significance=SIGNIFICANCE,
        deviations=DEVIATIONS,
        trainings=trainings(contents),
    )
    path = folder / NAME
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return path


def described(number: int, verdicts: Sequence[Verdict], folder: Path) -> dict[str, Any]:
    """What the page says of a figure."""
    module = figures.FIGURES[number]
    path = folder / f"figure{number}.png"
    if not path.exists():
        figures.draw(number, folder)
    return {
        "number": number,
        "title": (module.__doc__ or "").splitlines()[0].partition(": ")[2].rstrip("."),
        "picture": picture(path),
        "alt": module.ALT,
        "caption": module.CAPTION,
        "verdicts": [verdict for verdict in verdicts if verdict.claim.figure == number],
    }


def evolutions(folder: Path) -> list[dict[str, str]]:
    """The plots of the eigenvalues while training, as far as there are any."""
    paths = {each.title: evolution.stem(each, folder).with_suffix(".png") for each in EXPERIMENTS}
    return [
        {"title": title, "picture": picture(path)} for title, path in paths.items() if path.exists()
    ]


def compared(contents: Contents, reference: Path | None) -> Sequence[Compared]:
    """The arrays against the reference values, where the preset has any."""
    try:
        return compare(contents, reference) if reference else []
    except ValueError:
        return []


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


def picture(path: Path) -> str:
    """A PNG file as the address of a picture inside a page."""
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"
