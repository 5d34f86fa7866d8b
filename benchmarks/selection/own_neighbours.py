"""Own sets whose columns go together, or add up in great number: beside ``own_sets.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.random import Generator

from benchmarks.selection.known_truth import KnownTruth, shuffled

ROWS = 800
Drawn = tuple[np.ndarray, np.ndarray, int]
"""Columns, targets, and how many of the columns, the first, decide."""


def chain(random: Generator) -> Drawn:
    """Six of 60 columns in a row, of which neighbours correlate by 0.85, add up."""
    X = in_a_row(random, 60, 0.85)
    return with_chosen_first(X, random.choice(60, 6, replace=False), noisy_line(random, 0.5))


def factors(random: Generator) -> Drawn:
    """Six of 80 columns that are made of eight hidden numbers add up."""
    hidden = random.normal(size=(ROWS, 8)) @ random.normal(size=(8, 80)) / np.sqrt(8)
    X = hidden + 0.6 * random.normal(size=hidden.shape)
    return with_chosen_first(X, np.arange(6), noisy_line(random, 0.4))


def curved_chain(random: Generator) -> Drawn:
    """A step, a square, a line and a product of five of 60 columns in a row."""

    def target(x: np.ndarray) -> np.ndarray:
        steps = np.tanh(2 * x[:, 0]) + 0.8 * x[:, 1] ** 2 - 1.2 * x[:, 2] + x[:, 3] * x[:, 4]
        return steps + 0.4 * steps.std() * random.normal(size=ROWS)

    return with_chosen_first(in_a_row(random, 60, 0.8), random.choice(60, 5, replace=False), target)


def hidden_sums(random: Generator) -> Drawn:
    """Four numbers and ten sums of them tell by waves and products; 106 columns are noise."""
    hidden = random.normal(size=(ROWS, 4))
    sums = hidden @ random.normal(size=(4, 10))
    waves = np.sin(2 * hidden[:, 0]) + hidden[:, 1] * hidden[:, 2] + 0.7 * hidden[:, 3]
    target = waves + 0.4 * random.normal(size=ROWS) > 0
    X = np.concatenate([hidden, sums / sums.std(axis=0), random.normal(size=(ROWS, 106))], axis=1)
    return X, target.astype(int), 14


def many(random: Generator) -> Drawn:
    """Thirty of 80 independent columns add up."""
    X = random.normal(size=(ROWS, 80))
    return with_chosen_first(X, np.arange(30), noisy_line(random, 0.3))


def in_a_row(random: Generator, columns: int, correlation: float) -> np.ndarray:
    X = random.normal(size=(ROWS, columns))
    for column in range(1, columns):
        own = np.sqrt(1 - correlation**2) * X[:, column]
        X[:, column] = correlation * X[:, column - 1] + own
    return X


def noisy_line(random: Generator, noise: float) -> Callable[[np.ndarray], np.ndarray]:
    """A sum of columns with coefficients of either sign, and noise."""

    def target(x: np.ndarray) -> np.ndarray:
        sizes = random.uniform(0.4, 1.8, x.shape[1])
        line = x @ (sizes * random.choice([-1, 1], x.shape[1]))
        return line + noise * line.std() * random.normal(size=len(x))

    return target


def with_chosen_first(
    X: np.ndarray, chosen: np.ndarray, target: Callable[[np.ndarray], np.ndarray]
) -> Drawn:
    others = np.setdiff1d(np.arange(X.shape[1]), chosen)
    return X[:, [*chosen, *others]], target(X[:, chosen]), len(chosen)


def in_two_classes(draw: Callable[[Generator], Drawn]) -> Callable[[Generator], Drawn]:
    def drawn(random: Generator) -> Drawn:
        X, target, relevant = draw(random)
        return X, (target > 0).astype(int), relevant

    return drawn


NEIGHBOURS: Mapping[str, Callable[[Generator], Drawn]] = {
    "chain": chain,
    "chain, two classes": in_two_classes(chain),
    "factors, two classes": in_two_classes(factors),
    "curved chain": curved_chain,
    "hidden sums": hidden_sums,
    "many": many,
    "many, two classes": in_two_classes(many),
}
"""By name, each drawn with random numbers."""


def own_neighbours(name: str, number: int) -> KnownTruth:
    """A draw of one of the sets."""
    random = np.random.default_rng([96, list(NEIGHBOURS).index(name), number])
    X, target, relevant = NEIGHBOURS[name](random)
    return shuffled(name, X, target, relevant, random)
