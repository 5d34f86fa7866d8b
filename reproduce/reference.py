"""Reference values: the numbers behind the figures, and how far another run may be from them.

The tolerances come from the spread over the seeds of the run that made them. Another run of n
seeds, on another machine or after a change of the code, is compared with the mean over the N
seeds of the reference; each number may differ by

    floor + spread · √(1/N + 1/n),

with ``spread`` 8 standard deviations of a single seed and ``floor`` 1 % of the largest number of
its array. Eight, because 158 numbers vary with the seeds, and a deviation estimated from 10 seeds
can be half of the true one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reproduce.files import write_json

REFERENCE = Path(__file__).parents[1] / "figures" / "reference.json"
DEVIATIONS = 8
FLOOR = 0.01
FEWEST_SEEDS = 3

OF_SEEDS: Mapping[int, tuple[str, ...]] = {
    1: ("relevance",),
    2: ("relevance",),
    3: ("accuracy", "accuracy_random", "accuracy_full"),
    4: ("seeds_brighter_in_ones",),
    7: ("histogram",),
}
"""What is compared, by figure: arrays ``(S, …)``."""

OF_THE_DATA: Mapping[int, tuple[str, ...]] = {5: ("class_0", "class_1"), 6: ("class_0", "class_1")}
"""What is compared and has no seeds: its tolerance is the floor alone."""

Contents = Mapping[int, Mapping[str, Any]]
"""The JSON of figures by number."""


@dataclass(frozen=True)
class Move:
    """How far an array has moved from its reference, where it moved most."""

    figure: int
    name: str
    numbers: int
    place: tuple[int, ...]
    value: float
    expected: float
    tolerances: float
    """The largest difference, in units of its tolerance."""

    @property
    def holds(self) -> bool:
        return self.tolerances <= 1


def write_reference(contents: Contents, path: Path) -> str:
    """Make these figures the reference of their preset; other presets in the file stay.

    Returns the preset. Raises ``ValueError`` if the figures are of several presets, or of too few
    seeds to tell how far they spread.
    """
    presets = {content["preset"] for content in contents.values()}
    if len(presets) > 1:
        raise ValueError(f"the figures are of several presets: {', '.join(sorted(presets))}")
    seeds = min(len(content["seeds"]) for content in contents.values())
    if seeds < FEWEST_SEEDS:
        raise ValueError(
            f"the figures have {seeds} seeds, but a spread needs at least {FEWEST_SEEDS}"
        )
    preset = presets.pop()
    known = read_reference(path) if path.exists() else {}
    known[preset] = {
        f"figure{number}": {
            "seeds": content["seeds"],
            "values": {name: summary(array) for name, array in compared(number, content)},
        }
        for number, content in sorted(contents.items())
    }
    write_json(path, dict(sorted(known.items())))
    return preset


def moves(contents: Contents, path: Path) -> list[Move]:
    """How far each array of the figures is from the reference of its preset.

    Raises
    ------
    ValueError
        If the file is missing or broken, or has no such preset, figure or shape.
    """
    known = read_reference(path)
    try:
        return [
            move(number, name, array, len(content["seeds"]), known[content["preset"]])
            for number, content in sorted(contents.items())
            for name, array in compared(number, content)
        ]
    except KeyError as error:
        raise ValueError(f"{path} has no reference values for {error}") from None
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"{path} cannot be compared with: {error}") from None


def read_reference(path: Path) -> dict[str, Any]:
    """The reference values by preset; raises ``ValueError`` if the file is missing or broken."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{path} is missing: make it with `python -m reproduce reference FOLDER`"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path} cannot be read as reference values: {error}") from None
    if not isinstance(known, dict):
        raise ValueError(f"{path} cannot be read as reference values: it holds no JSON object")
    return known


def move(
    figure: int, name: str, array: np.ndarray, seeds: int, reference: Mapping[str, Any]
) -> Move:
    """Compare the mean over the seeds of ``array`` with its reference."""
    known = reference[f"figure{figure}"]
    mean, spread = (np.asarray(known["values"][name][key]) for key in ("mean", "spread"))
    found = array.mean(axis=0)
    if found.shape != mean.shape:
        raise ValueError(
            f"'{name}' of figure {figure} has the shape {found.shape}, but its reference "
            f"{mean.shape}"
        )
    allowed = known["values"][name]["floor"] + spread * math.sqrt(
        1 / len(known["seeds"]) + 1 / seeds
    )
    moved = np.nan_to_num(np.abs(found - mean) / allowed, nan=math.inf)
    place = np.unravel_index(moved.argmax(), moved.shape)
    return Move(
        figure,
        name,
        found.size,
        tuple(int(index) for index in place),
        float(found[place]),
        float(mean[place]),
        float(moved[place]),
    )


def compared(number: int, content: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of a figure that are compared, seeds first."""
    for name in OF_SEEDS.get(number, ()):
        yield name, np.asarray(content["values"][name], dtype=float)
    for name in OF_THE_DATA.get(number, ()):
        yield name, np.asarray([content["values"][name]], dtype=float)


def summary(array: np.ndarray) -> dict[str, Any]:
    """Mean, spread and floor of an array ``(S, …)``, to six digits."""
    mean = array.mean(axis=0)
    deviation = array.std(axis=0, ddof=1) if len(array) > 1 else np.zeros_like(mean)
    return {
        "mean": rounded(mean),
        "spread": rounded(DEVIATIONS * deviation),
        "floor": rounded(FLOOR * np.abs(mean).max()),
    }


def rounded(numbers: np.ndarray) -> Any:
    """Nested lists of floats with six significant digits."""
    return np.vectorize(lambda number: float(f"{number:.6g}"), otypes=[float])(numbers).tolist()
