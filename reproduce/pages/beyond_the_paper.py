"""The parts of the report that go beyond the paper: other methods, and what does the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reproduce.ablation.ablation_pictures import answers_of, pictures_of_ablation
from reproduce.ablation.answers import Answer
from reproduce.ablation.penalties import PENALTIES, read_penalties
from reproduce.comparison.comparison_command import pictures_of_comparison
from reproduce.comparison.comparison_measures import LEAST, mean_best_k
from reproduce.comparison.comparison_results import (
    PublicRecord,
    folds_of,
    read_comparison,
    read_record,
)
from reproduce.stored_picture import Picture
from spectral.appearance.pages import embedded
from spectral.appearance.style import paper_style

MOST_PUBLISHED = 5
"""So many published methods stand in the table, the best."""


@dataclass(frozen=True)
class EmbeddedPicture:
    """A picture with its words, ready for a page."""

    title: str
    caption: str
    alt: str
    address: str


@dataclass(frozen=True)
class MethodRow:
    """A method on the public benchmark: the mean over the sizes for each set, and over all."""

    method: str
    means: dict[str, float]
    largest: int


@dataclass(frozen=True)
class ComparisonSection:
    """Other methods beside the spectral ranking."""

    introduction: str
    rows: Sequence[MethodRow]
    pictures: Sequence[EmbeddedPicture]


@dataclass(frozen=True)
class AblationSection:
    """What of the method does the work."""

    introduction: str
    answers: Sequence[Answer]
    pictures: Sequence[EmbeddedPicture]


def comparison_section(folder: Path) -> ComparisonSection | None:
    """The comparison stored in a folder, or None if there is none.

    Raises
    ------
    UnreadableFileError
        If a file does not hold what it should, or only one of the two is there.
    """
    if not any((folder / name).exists() for name in ("record.json", "comparison.json")):
        return None
    record, comparison = read_record(folder), read_comparison(folder)
    with paper_style():
        pictures = [ready(each) for each in pictures_of_comparison(folder)]
    deciding, rows = record.relevant.values(), rows_of_methods(record)
    return ComparisonSection(
        f"In a public benchmark {min(deciding)} to {max(deciding)} inputs decide the class, and up "
        f"to {max(row.largest for row in rows)} are given; the table has the share of them that "
        f"each method ranks first, as a mean over the numbers of inputs from {LEAST} on. "
        "Published numbers are means of six folds, those measured here of "
        f"{folds_of(record)}. Other tables measured: {', '.join(comparison.tables)}.",
        rows,
        pictures,
    )


def rows_of_methods(record: PublicRecord) -> list[MethodRow]:
    """The methods that were run here, then the best of the published ones."""
    rows = []
    for method, told in mean_best_k(record).items():
        means = {name: told[name] for name in (*record.relevant, "mean") if name in told}
        rows.append(MethodRow(method, means, int(told["largest"])))
    measured = [row for row in rows if row.method in record.measured]
    published = [row for row in rows if row.method not in record.measured]
    published.sort(key=lambda row: -row.means["mean"])
    return measured + published[:MOST_PUBLISHED]


def ablation_section(folder: Path) -> AblationSection | None:
    """The ablation stored in a folder, or None if there is none.

    Raises
    ------
    UnreadableFileError
        If a file does not hold what it should.
    """
    if not (folder / f"{PENALTIES}.json").exists():
        return None
    with paper_style():
        pictures = [ready(each) for each in pictures_of_ablation(folder)]
    penalties = read_penalties(folder)
    seeds, most_epochs = len(penalties["seeds"]), penalties["most_epochs"]
    cut_short = f", cut short to {most_epochs} epochs" if most_epochs else ""
    return AblationSection(
        "The same networks with other penalties, at the schedules of the preset "
        f"{penalties['preset']}{cut_short}: means over {seeds} seed{'' if seeds == 1 else 's'}. "
        "What the notebooks of the paper's authors train with, and so the reproduction, is L2 on "
        "λ and ψ.",
        [each for each in answers_of(folder) if each.sentence],
        pictures,
    )


def ready(picture: Picture) -> EmbeddedPicture:
    """A picture drawn into an address; its figure is closed."""
    return EmbeddedPicture(picture.title, picture.caption, picture.alt, embedded(picture.figure))
