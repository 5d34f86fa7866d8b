"""Could the seeds at hand come from the distribution that those of the reference show?

Training amplifies the rounding of a processor, so another machine gives another draw of the same
distribution. Permutation tests compare the seeds at hand with those of the reference, over all
numbers of all arrays together. Where enough of the same seeds stand on both sides, a second test
exchanges them pair by pair: seeds of two machines share initial weights and the order of batches,
and differ less than independent ones. What the data alone decide is compared number by number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from reproduce.schema import UnreadableFileError
from reproduce.verdicts.outcome import Outcome
from reproduce.verdicts.permutation import (
    Permutations,
    fewest_pairs,
    fewest_seeds,
    independent,
    paired,
)
from reproduce.verdicts.reference import (
    OF_SEEDS,
    OF_THE_DATA,
    Contents,
    Reference,
    SeedValues,
    read_reference,
    rounded,
)

Key = TypeVar("Key")
Known = TypeVar("Known")

SIGNIFICANCE = 0.004
"""The share of good runs in which any array may be refused, at most: 1 in 250."""

TESTS = 2
"""Each has its part of the significance, also where only one of them can be made: p-values are
counted double. With all of it for one test, 8 of 1000 good draws of two seeds were refused."""

CURVES = ("accuracy", "accuracy_random")
"""Arrays whose numbers follow one another: one that leaves its neighbours shows in the bend."""

SAMPLES = 2
"""By how many samples a bin of the data may differ: rounding may carry one over an edge."""


@dataclass(frozen=True)
class Compared:
    """An array against its reference, and the place where the two differ most.

    Attributes
    ----------
    numbers : int
        How many numbers it has, of each seed.
    place : tuple of int
        An index; empty for the mean of the array.
    value, expected : float
        What is found there, and the reference: means over the seeds.
    p_value : float or None
        How often two samples of one distribution differ as much, anywhere in any array, by one of
        the tests or the other. None where there are no seeds, or too few of them.
    outcome : Outcome
        Whether the array holds.
    seeds_needed : int, default=0
        From how many seeds on this can be told.
    """

    figure: str
    name: str
    numbers: int
    place: tuple[int, ...]
    value: float
    expected: float
    p_value: float | None
    outcome: Outcome
    seeds_needed: int = 0


def compare(contents: Contents, path: Path) -> list[Compared]:
    """Each array of the figures against the reference of its preset.

    Raises
    ------
    UnreadableFileError
        If the file is missing or broken, or has no such preset, figure or shape.
    """
    known = read_reference(path)
    try:
        return compare_seeds(contents, known) + compare_data(contents, known)
    except UnfitReferenceError as error:
        raise UnreadableFileError(f"{path} {error}") from None


class UnfitReferenceError(Exception):
    """The reference lacks what is to be compared; the message goes on after the file's name."""


@dataclass(frozen=True)
class Array:
    """An array of one figure with its reference, ``(n, K)`` and ``(N, K)``, seeds first.

    Its ``numbers`` come first, then their mean, in which a shift of all of them shows best; of a
    curve also how far each number but the outer ones is from the middle of its neighbours.
    """

    figure: str
    name: str
    numbers: int
    found: np.ndarray
    expected: np.ndarray

    def place(self, column: int) -> tuple[int, ...]:
        """The index of the number that a column is about; empty for the mean."""
        if self.numbers == 1 or column == self.numbers:
            return ()
        return (column if column < self.numbers else column - self.numbers,)

    @property
    def scale(self) -> np.ndarray:
        """The size of the largest number, for each of them: ``(K,)``."""
        both = np.concatenate([self.found, self.expected])
        return np.full(both.shape[1], np.abs(both.mean(axis=0)).max())


def compare_seeds(contents: Contents, known: Reference) -> list[Compared]:
    """The arrays that vary with the seeds, tested together."""
    figures = [figure for figure in OF_SEEDS if figure in contents]
    if not figures:
        return []
    seeds = contents[figures[0]]["seeds"]
    reference = looked_up(known.presets, contents[figures[0]]["preset"])
    arrays = [
        array_of(figure, name, contents[figure], reference)
        for figure in figures
        for name in OF_SEEDS[figure]
    ]
    tests = permutations(arrays, seeds, reference.seeds)
    starts = np.cumsum([0] + [array.found.shape[1] for array in arrays])
    return [
        judged(array, tests, slice(first, last))
        for array, first, last in zip(arrays, starts, starts[1:], strict=False)
    ]


def permutations(
    arrays: Sequence[Array], seeds: Sequence[int], expected_seeds: Sequence[int]
) -> list[Permutations]:
    """The tests that so many seeds allow: none, one or both."""
    found = np.concatenate([array.found for array in arrays], axis=1)
    expected = np.concatenate([array.expected for array in arrays], axis=1)
    scale = np.concatenate([array.scale for array in arrays])
    tests = []
    if len(seeds) >= fewest_seeds(len(expected_seeds), SIGNIFICANCE / TESTS):
        tests.append(independent(found, expected, scale))
    common = sorted(set(seeds) & set(expected_seeds))
    if len(common) >= fewest_pairs(SIGNIFICANCE / TESTS):
        rows = [list(seeds).index(seed) for seed in common]
        expected_rows = [list(expected_seeds).index(seed) for seed in common]
        tests.append(paired(found[rows], expected[expected_rows], scale))
    return tests


def judged(array: Array, tests: Sequence[Permutations], columns: slice) -> Compared:
    """What the tests say of one array, at the place that is furthest away."""
    difference = np.abs(array.found.mean(axis=0) - array.expected.mean(axis=0))
    p_value, column = None, int(difference[: array.numbers].argmax())
    for test in tests:
        distances = test.distances[columns]
        own = min(1.0, TESTS * test.p_value(distances.max()))
        if p_value is None or own < p_value:
            p_value, column = own, int(distances.argmax())
    outcome = Outcome.OPEN
    if p_value is not None:
        outcome = Outcome.HOLDS if p_value > SIGNIFICANCE else Outcome.FAILS
    place = array.place(column)
    shown = place[0] if place else array.numbers
    return Compared(
        array.figure,
        array.name,
        array.numbers,
        place,
        float(array.found[:, shown].mean()),
        float(array.expected[:, shown].mean()),
        p_value,
        outcome,
        fewest_seeds(len(array.expected), SIGNIFICANCE / TESTS),
    )


def array_of(figure: str, name: str, content: Mapping[str, Any], reference: SeedValues) -> Array:
    """An array with its reference; raises if they have different shapes."""
    found = rounded(content["values"][name])
    expected = rounded(looked_up(looked_up(reference.figures, figure), name))
    if found.shape[1:] != expected.shape[1:]:
        raise wrong_shape(figure, name, found, expected)
    numbers = int(np.prod(found.shape[1:]))
    return Array(figure, name, numbers, columns_of(found, name), columns_of(expected, name))


def looked_up(known: Mapping[Key, Known], key: Key) -> Known:
    """What the reference has under a key."""
    if key not in known:
        raise UnfitReferenceError(f"has no reference values for {key!r}")
    return known[key]


def wrong_shape(
    figure: str, name: str, found: np.ndarray, expected: np.ndarray
) -> UnfitReferenceError:
    """The error of an array whose shape is not that of its reference."""
    return UnfitReferenceError(
        f"cannot be compared with: '{name}' of {figure} has the shape {found.shape}, but "
        f"its reference {expected.shape}"
    )


def columns_of(array: np.ndarray, name: str) -> np.ndarray:
    """``(S, …)`` as ``(S, K)``: what :class:`Array` says."""
    flat = array.reshape(len(array), -1)
    columns = [flat, flat.mean(axis=1, keepdims=True)]
    if name in CURVES:
        columns.append(flat[:, 1:-1] - (flat[:, :-2] + flat[:, 2:]) / 2)
    return np.concatenate(columns, axis=1)


def compare_data(contents: Contents, known: Reference) -> list[Compared]:
    """The histograms of the data, bin by bin."""
    return [
        bins_of(
            figure, name, contents[figure]["values"], looked_up(looked_up(known.data, figure), name)
        )
        for figure, names in OF_THE_DATA.items()
        if figure in contents
        for name in names
    ]


def bins_of(
    figure: str, name: str, values: Mapping[str, Any], reference: Sequence[Sequence[float]]
) -> Compared:
    """Densities against their reference, in samples: the smallest density is that of one."""
    found, expected = rounded(values[name]), rounded(reference)
    if found.shape != expected.shape:
        raise wrong_shape(figure, name, found, expected)
    one_sample = expected[expected > 0].min(initial=np.inf)
    difference = np.abs(found - expected) / one_sample
    place = np.unravel_index(difference.argmax(), difference.shape)
    holds = difference[place] < SAMPLES + 0.5
    return Compared(
        figure,
        name,
        found.size,
        tuple(map(int, place)),
        float(found[place]),
        float(expected[place]),
        None,
        Outcome.HOLDS if holds else Outcome.FAILS,
    )
