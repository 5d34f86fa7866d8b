"""Reference values: the numbers behind the figures, of each seed, as another run had them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from reproduce.schema import Lenient, Number, Seeds, Strict, UnreadableFileError, parse
from reproduce.training.provenance_of_training import provenance_of_figures
from spectral.running.files import write_json

REFERENCE = Path(__file__).parents[2] / "figures" / "reference.json"

DIGITS = 6
"""Significant digits that are kept and compared."""

OF_SEEDS: Mapping[str, tuple[str, ...]] = {
    "figure1": ("relevance",),
    "figure2": ("relevance",),
    "figure3": ("accuracy", "accuracy_random"),
    "figure4": ("seeds_brighter_in_ones",),
    "figure7": ("histogram",),
}
"""What varies with the seeds, by figure: arrays ``(S, …)``."""

OF_THE_DATA: Mapping[str, tuple[str, ...]] = {
    "figure5": ("class_0", "class_1"),
    "figure6": ("class_0", "class_1"),
}
"""What the data alone decide, by figure: densities ``(inputs, bins)``."""

Contents = Mapping[str, Mapping[str, Any]]
"""The JSON of figures by name."""


def rectangular(array: list[Any]) -> list[Any]:
    """The array as it is; raises ``ValueError`` if its rows differ in length."""
    if len({len(row) if isinstance(row, list) else 0 for row in array}) > 1:
        raise ValueError("the rows differ in length")
    return array


def densities(array: list[list[float]]) -> list[list[float]]:
    """The array as it is; raises ``ValueError`` if a row is no density: negative, or 0 all over."""
    for row in array:
        if min(row, default=0) < 0 or not any(row):
            raise ValueError("a density is negative somewhere, or 0 everywhere")
    return array


Rows = Annotated[list[list[Number]], Field(min_length=1), AfterValidator(rectangular)]
Densities = Annotated[Rows, AfterValidator(densities)]


class SeedValues(Strict):
    """The seeds of one preset, and of each figure the arrays, seeds first."""

    seeds: Seeds
    figures: dict[str, dict[str, Rows | list[Number]]]
    provenance: dict[str, Lenient] = Field(default_factory=dict)
    """How they were trained, by experiment."""

    @model_validator(mode="after")
    def rows_are_those_of_the_seeds(self) -> Self:
        for figure, arrays in self.figures.items():
            for name, array in arrays.items():
                if len(array) != len(self.seeds):
                    raise ValueError(
                        f"'{name}' of {figure} has {len(array)} rows for {len(self.seeds)} seeds"
                    )
        return self


class Reference(Strict):
    """The file of reference values."""

    data: dict[str, dict[str, Densities]] = Field(default_factory=dict)
    presets: dict[str, SeedValues] = Field(default_factory=dict)


def read_reference(path: Path) -> Reference:
    """The reference values; raises ``UnreadableFileError`` if the file is missing or broken."""
    if not path.exists():
        raise UnreadableFileError(
            f"{path} is missing: make it with `python -m reproduce reference FOLDER`"
        )
    return parse(Reference, path)


def write_reference(contents: Contents, path: Path) -> str:
    """Make these figures the reference of their preset; other presets in the file stay.

    Returns the preset. Raises ``ValueError`` if the figures are of several presets.
    """
    presets = {content["preset"] for content in contents.values()}
    if len(presets) > 1:
        raise ValueError(f"the figures are of several presets: {', '.join(sorted(presets))}")
    preset = presets.pop()
    known = read_reference(path) if path.exists() else Reference()
    known.data |= kept(OF_THE_DATA, contents)
    known.presets[preset] = SeedValues(
        seeds=next(iter(contents.values()))["seeds"],
        figures=kept(OF_SEEDS, contents),
        provenance=provenance_of_figures(contents),  # type: ignore[arg-type]
    )
    known.presets = dict(sorted(known.presets.items()))
    write_json(path, known.model_dump())
    return preset


def kept(names: Mapping[str, Sequence[str]], contents: Contents) -> dict[str, dict[str, Any]]:
    """Some arrays of the figures at hand, rounded."""
    return {
        figure: {name: rounded(contents[figure]["values"][name]).tolist() for name in names[figure]}
        for figure in names
        if figure in contents
    }


def rounded(numbers: Any) -> np.ndarray:
    """An array of floats with six significant digits."""
    array = np.asarray(numbers, dtype=float)
    return np.vectorize(lambda number: float(f"{number:.{DIGITS}g}"), otypes=[float])(array)
