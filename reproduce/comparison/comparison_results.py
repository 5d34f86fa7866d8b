"""What the JSON of the comparison with other methods has to hold."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from reproduce.schema import Count, Lenient, Number, Seconds, Share, Strict, parse

COMPARISON_FOLDER = Path(__file__).parents[2] / "figures" / "comparison"
"""Where the committed results lie."""

ALL_TABLES = "all tables"
"""The name under which a test over all of them stands."""

Preset = Literal["quick", "full", "part"]
"""A part is what was asked for: some tables, methods or repetitions."""

Measurement = Number | None
Several = Annotated[list[Measurement], Field(min_length=1)]


class Folds(Strict):
    """A method on one set of the public benchmark: a number a fold, or the published mean."""

    best_k: Annotated[list[Share], Field(min_length=1)]
    best_2k: Annotated[list[Share], Field(min_length=1)]
    seconds: list[Seconds] | None = None


Inputs = Annotated[str, Field(pattern="^[1-9][0-9]{0,6}$")]
OfSet = Annotated[dict[Inputs, Folds], Field(min_length=1)]
OfMethod = Annotated[dict[str, OfSet], Field(min_length=1)]
Ranked = Annotated[dict[str, OfMethod], Field(min_length=1)]
"""By method, set and number of inputs."""


class PublicRecord(Lenient):
    """``record.json``: the public benchmark."""

    preset: Preset
    relevant: Annotated[dict[str, Count], Field(min_length=1)]
    measured: Ranked
    published: Ranked


class TableRecord(Strict):
    task: Literal["classification", "regression"]
    anew: bool
    rows: Count
    kept: list[Count]


class MethodOnTable(Strict):
    """The numbers of each repetition, and the mean curves over the numbers of inputs kept."""

    precision: Several
    correlation: Several
    masked_area: Several
    retrained_area: Several
    seeds: Several
    halves: Several
    seconds: Several
    memory: Several
    masked: list[Number]
    retrained: list[Number]


OfTable = Annotated[dict[str, MethodOnTable], Field(min_length=1)]
"""By method."""


class Advantage(Strict):
    """By how much this package's method is ahead, and the corrected p-value of that."""

    difference: Number
    p: Share | None


class ComparisonRecord(Lenient):
    """``comparison.json``: methods on tables."""

    preset: Preset
    tables: dict[str, TableRecord]
    results: Annotated[dict[str, OfTable], Field(min_length=1)]
    failed: dict[str, dict[str, str]]
    tests: dict[str, dict[str, dict[str, Advantage]]]


def was_tested(comparison: ComparisonRecord) -> bool:
    """Whether it was tested on any table by itself if differences are more than chance."""
    return any(
        each.p is not None
        for of_measure in comparison.tests.values()
        for of_method in of_measure.values()
        for table, each in of_method.items()
        if table != ALL_TABLES
    )


def folds_of(record: PublicRecord) -> str:
    """How many folds were run here, in words: one number, or the fewest and the most."""
    counts = {
        len(found.best_k)
        for of_method in record.measured.values()
        for of_set in of_method.values()
        for found in of_set.values()
    }
    told = from_fewest_to_most(counts)
    return "one fold" if told == "1" else f"{told} folds"


def from_fewest_to_most(counts: Collection[int]) -> str:
    """Counts in words: one number, or the fewest and the most.

    Examples
    --------
    >>> from_fewest_to_most({2, 3, 5}), from_fewest_to_most({5})
    ('2 to 5', '5')
    """
    return " to ".join(map(str, sorted({min(counts), max(counts)})))


def read_record(folder: Path = COMPARISON_FOLDER) -> PublicRecord:
    """``record.json`` of a folder.

    Raises
    ------
    UnreadableFileError
        If it is missing or does not hold what it should.
    """
    return parse(PublicRecord, folder / "record.json")


def read_comparison(folder: Path = COMPARISON_FOLDER) -> ComparisonRecord:
    """``comparison.json`` of a folder.

    Raises
    ------
    UnreadableFileError
        If it is missing or does not hold what it should.
    """
    return parse(ComparisonRecord, folder / "comparison.json")
