"""How good the ranking is beside what a person would use instead: figures of stored results.

    python -m reproduce comparison [FOLDER]

The results come from ``benchmarks/selection``: the public benchmark of A. Passemiers et al.,
Scientific Reports 14 (2024), 10.1038/s41598-024-82583-5, and tables with and without a truth.
"""

from __future__ import annotations

from pathlib import Path

import click

from reproduce.comparison.comparison_drawing import draw_effort, draw_record
from reproduce.comparison.comparison_matrix import SIGNIFICANT, draw_matrix
from reproduce.comparison.comparison_results import (
    COMPARISON_FOLDER,
    folds_of,
    from_fewest_to_most,
    read_comparison,
    read_record,
    was_tested,
)
from reproduce.stored_picture import Picture
from spectral.appearance import style


def pictures_of_comparison(folder: Path = COMPARISON_FOLDER) -> list[Picture]:
    """All figures of the results in a folder, in the style that is in force.

    Parameters
    ----------
    folder : Path, default=COMPARISON_FOLDER
        Where ``record.json`` and ``comparison.json`` lie.

    Raises
    ------
    UnreadableFileError
        If a file is missing or does not hold what it should.
    """
    record, comparison = read_record(folder), read_comparison(folder)
    repetitions = {
        len(cell.seconds) for of_table in comparison.results.values() for cell in of_table.values()
    }
    told = "One repetition"
    if max(repetitions) > 1:
        told = f"Means of {from_fewest_to_most(repetitions)} repetitions ± standard deviation"
    starred = (
        " A star marks what differs from the spectral ranking beyond chance (paired t-test, "
        f"p < {SIGNIFICANT} after Holm's correction)."
        if was_tested(comparison)
        else ""
    )
    return [
        Picture(
            "best-k",
            "The public benchmark: which share of the true inputs is found",
            "The share of the k inputs that decide among the k ranked highest, against the number "
            f"of inputs: means of {folds_of(record)}. Grey: {len(record.published)} methods as "
            "published, means of six folds.",
            f"{len(record.relevant)} panels, one for each set: share of the true inputs found "
            "against the number of inputs, this package in blue, published methods in grey.",
            draw_record(record),
        ),
        Picture(
            "matrix",
            "Methods by tables",
            "Left, where the truth is known: average precision of the inputs that decide. Right: "
            "accuracy, or R², of a support vector machine trained on the first inputs, as the mean "
            f"over the logarithm of their number. {told}; bold: the best of a table.{starred}",
            "A table of numbers, a row for each method and a column for each table, darker where "
            "the number is closer to the best of its column.",
            draw_matrix(comparison),
        ),
        Picture(
            "effort",
            "What a ranking costs, and how steady it is",
            "Each dot is a table, the stroke their median; blue is this package's selector. "
            "Seconds of one core and memory of one ranking; Spearman's correlation of two rankings "
            "with different seeds, and of those of the two halves of the rows.",
            "Four panels with a row for each method: seconds, memory, agreement over seeds and "
            "over halves of the rows.",
            draw_effort(comparison),
        ),
    ]


@click.command("comparison")
@click.argument(
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=COMPARISON_FOLDER,
)
def draw_comparison(folder: Path) -> None:
    """Draw the results in FOLDER as PNG and PDF beside them."""
    with style.paper_style():
        for picture in pictures_of_comparison(folder):
            style.save(picture.figure, folder / picture.name)
            click.echo(str(folder / f"{picture.name}.png"))
