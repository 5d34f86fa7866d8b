"""Figures and verdicts on one page, ``report.html``: pictures inside, no network needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from reproduce.ablation.ablation_pictures import ABLATION_FOLDER
from reproduce.comparison.comparison_results import COMPARISON_FOLDER
from reproduce.evolution import EVOLUTIONS
from reproduce.figure import MeasuredFigure, Values, read_run
from reproduce.figures import FIGURES
from reproduce.pages.beyond_the_paper import ablation_section, comparison_section
from reproduce.pages.deviations import DEVIATIONS
from reproduce.pages.navigation import links_to, notebooks_in
from reproduce.schema import UnreadableFileError
from reproduce.training.provenance_of_training import provenance_of_figures
from reproduce.verdicts.consistency import contradictions
from reproduce.verdicts.drift import SIGNIFICANCE, Compared, compare
from reproduce.verdicts.judging import judge_all
from reproduce.verdicts.reference import OF_SEEDS, OF_THE_DATA, Contents, kept, read_reference
from spectral.appearance.pages import embedded, render, unbroken
from spectral.appearance.style import paper_style
from spectral.running.files import replacing

NAME = "report.html"


def write_report(
    folder: Path,
    reference: Path | None,
    path: Path | None = None,
    comparison: Path = COMPARISON_FOLDER,
    ablation: Path = ABLATION_FOLDER,
) -> tuple[Path, str | None]:
    """Write the page from the JSON in a folder of figures.

    The pictures are drawn from the JSON: those in the folder may be of another run.

    Parameters
    ----------
    folder : Path
        Where ``figure1.json`` and the others lie.
    reference : Path or None
        The file of reference values; None compares with none.
    path : Path or None, default=None
        Of the page; None stands for ``report.html`` in the folder.
    comparison : Path, default=COMPARISON_FOLDER
        Where the comparison with other methods lies; without its files the page has no such part.
    ablation : Path, default=ABLATION_FOLDER
        Where the ablation lies; likewise.

    Returns
    -------
    page : Path
        The page.
    problem : str or None
        Why the numbers cannot be compared with the reference values; the page says it, too.

    Raises
    ------
    UnreadableFileError
        If a figure is missing or broken, the figures are of different runs, or a file of the
        comparison or the ablation is broken.
    """
    path = path or folder / NAME
    evolutions = [each for each in EVOLUTIONS.values() if each.path(folder).exists()]
    drawn = [*FIGURES.values(), *evolutions]
    contents = read_run(drawn, folder)
    compared: Sequence[Compared] = ()
    not_compared, problem = "", None
    try:
        not_compared = reason_not_to_compare(contents, reference)
        if reference and not not_compared:
            compared = compare(contents, reference)
    except UnreadableFileError as error:
        problem = str(error)
    verdicts = judge_all(contents)
    page = render(
        "reproduce.pages",
        f"{NAME}.j2",
        preset=contents["figure1"]["preset"],
        seeds=contents["figure1"]["seeds"],
        figures=FIGURES.values(),
        evolutions=evolutions,
        pictures={
            each.name: embedded_picture(each, contents[each.name]["values"]) for each in drawn
        },
        verdicts=verdicts,
        contradictions=contradictions(FIGURES.values(), contents),
        compared=compared,
        not_compared=not_compared,
        problem=problem,
        significance=SIGNIFICANCE,
        comparison=comparison_section(comparison),
        ablation=ablation_section(ablation),
        deviations=DEVIATIONS,
        trainings=trainings(contents),
        beside=links_to(notebooks_in(path.parent, ".html")),
    )
    with replacing(path) as temporary:
        temporary.write_text(unbroken(page), encoding="utf-8")
    return path, problem


def reason_not_to_compare(contents: Contents, reference: Path | None) -> str:
    """A sentence if there are no reference values, or they are these very numbers; else empty.

    Raises
    ------
    UnreadableFileError
        If the file is missing or broken.
    """
    preset, seeds = contents["figure1"]["preset"], contents["figure1"]["seeds"]
    known = read_reference(reference).presets.get(preset) if reference else None
    if known is None:
        return f"Preset {preset} has no reference values to compare the numbers with."
    data = read_reference(reference).data if reference else {}
    of_seeds, of_the_data = kept(OF_SEEDS, contents), kept(OF_THE_DATA, contents)
    if (known.seeds, known.figures, data) == (seeds, of_seeds, of_the_data):
        return f"These numbers are themselves the reference values of preset {preset}."
    return ""


def trainings(contents: Contents) -> list[dict[str, Any]]:
    """How each data set was trained: the provenance of its seeds, in words."""
    configurations = [content["provenance"]["configuration"] for content in contents.values()]
    described = {each["experiment"]: each for each in configurations}
    return [
        told
        | {
            "experiment": experiment,
            "time": str(timedelta(seconds=round(told["seconds"]))),
            "finished": told["trained"][-1],
            "versions": [told_of(versions) for versions in told["versions"]],
            "configuration": json.dumps(described[experiment], indent=1, ensure_ascii=False),
        }
        for experiment, told in provenance_of_figures(contents).items()
    ]


def told_of(versions: Mapping[str, str]) -> str:
    """The versions of packages in words.

    Examples
    --------
    >>> told_of({"torch": "2.13.0", "numpy": "2.4.6"})
    'torch 2.13.0, numpy 2.4.6'
    """
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def embedded_picture(figure: MeasuredFigure, values: Values) -> str:
    """A figure, drawn, as the address of a picture inside a page."""
    with paper_style():
        return embedded(figure.draw(values))
