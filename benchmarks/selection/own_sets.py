"""The sets that the selector was developed on: none has a shape of the public benchmark's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.random import Generator

from benchmarks.selection.known_truth import KnownTruth, shuffled

ROWS = 800


def parity_of_three(x: np.ndarray, random: Generator) -> np.ndarray:
    return x[:, 0] * x[:, 1] * x[:, 2] > 0


def sine_and_product(x: np.ndarray, random: Generator) -> np.ndarray:
    noise = 0.3 * random.normal(size=len(x))
    return np.sin(2 * np.pi * x[:, 0]) + 3 * x[:, 1] * x[:, 2] + noise > 0


def steps(x: np.ndarray, random: Generator) -> np.ndarray:
    return ((x[:, 0] > 0.3) ^ (x[:, 1] < -0.2)) | (x[:, 2] > 0.7)


def square_or_line(x: np.ndarray, random: Generator) -> np.ndarray:
    square = np.maximum(abs(x[:, 0]), abs(x[:, 1])) < 0.6
    return square | (x[:, 2] + x[:, 3] + 0.2 * random.normal(size=len(x)) > 1)


def band(x: np.ndarray, random: Generator) -> np.ndarray:
    return abs(x[:, 0] - x[:, 1]) < 0.35


def band_or_checks(x: np.ndarray, random: Generator) -> np.ndarray:
    checks = np.sin(np.pi * x[:, 2]) * np.sin(np.pi * x[:, 3])
    return (abs(x[:, 0] + x[:, 1]) < 0.2) | (checks > 0.45)


def mixture_of_six(x: np.ndarray, random: Generator) -> np.ndarray:
    wave = np.sin(np.pi * x[:, 0]) * x[:, 1] > 0.4
    return wave | (x[:, 2] ** 2 + x[:, 3] > 1.1) | (abs(x[:, 4] - x[:, 5]) < 0.08)


def product_and_size(x: np.ndarray, random: Generator) -> np.ndarray:
    return 2 * x[:, 0] * x[:, 1] + abs(x[:, 2]) + 0.3 * random.normal(size=len(x))


def five_kinds(x: np.ndarray, random: Generator) -> np.ndarray:
    waves = 2 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 4 * x[:, 2] ** 2
    return waves + x[:, 3] + 0.5 * x[:, 4] + 0.5 * random.normal(size=len(x))


def ratio(x: np.ndarray, random: Generator) -> np.ndarray:
    noise = 0.2 * random.normal(size=len(x))
    return x[:, 0] / (1.2 + x[:, 1]) + (x[:, 2] > 0.5) * x[:, 0] + noise


def three_classes(x: np.ndarray, random: Generator) -> np.ndarray:
    return np.where(x[:, 0] * x[:, 1] > 0.1, 0, np.where(x[:, 2] + x[:, 3] > 0, 1, 2))


def stripes(x: np.ndarray, random: Generator) -> np.ndarray:
    waves = np.sin(3 * np.pi * x[:, 0]) + np.cos(3 * np.pi * x[:, 1])
    return waves + 0.7 * random.normal(size=len(x)) > 0


def bumps(x: np.ndarray, random: Generator) -> np.ndarray:
    first, second = (x[:, 0] - 0.5) / 0.15, (x[:, 1] + 0.4) / 0.2
    sum_of_bumps = 2 * np.exp(-(first**2)) + np.exp(-(second**2)) + (abs(x[:, 2]) < 0.3)
    return sum_of_bumps + 0.5 * random.normal(size=len(x))


def window(x: np.ndarray, random: Generator) -> np.ndarray:
    return (abs(x[:, 0]) > 0.3) & (abs(x[:, 0]) < 0.75) & (abs(x[:, 1]) < 0.7)


def line_and_product_of_correlated(x: np.ndarray, random: Generator) -> np.ndarray:
    noise = 0.3 * random.normal(size=len(x))
    return x[:, 0] + 1.5 * x[:, 1] * x[:, 2] + noise > 0


FORMULAS: Mapping[str, tuple[int, Callable[[np.ndarray, Generator], np.ndarray]]] = {
    "parity of three": (3, parity_of_three),
    "sine and product": (3, sine_and_product),
    "steps": (3, steps),
    "square or line": (4, square_or_line),
    "band": (2, band),
    "band or checks": (4, band_or_checks),
    "mixture of six": (6, mixture_of_six),
    "product and size": (3, product_and_size),
    "five kinds": (5, five_kinds),
    "ratio": (3, ratio),
    "three classes": (4, three_classes),
    "stripes": (2, stripes),
    "bumps": (3, bumps),
    "window": (2, window),
    "correlated": (3, line_and_product_of_correlated),
}
"""How many of the inputs decide, and how; they are uniform on [-1, 1] but in the last set."""


def own_set(name: str, inputs: int, seed: int = 0) -> KnownTruth:
    """One of the sets, with so many inputs."""
    relevant, formula = FORMULAS[name]
    random = np.random.default_rng([seed, inputs, list(FORMULAS).index(name)])
    if name == "correlated":
        x = correlated_inputs(random, ROWS, inputs, relevant)
    else:
        x = random.uniform(-1, 1, (ROWS, inputs))
    target = formula(x, random)
    return shuffled(
        name, x, target if target.dtype == float else target.astype(int), relevant, random
    )


def correlated_inputs(random: Generator, rows: int, inputs: int, relevant: int) -> np.ndarray:
    """Normal inputs in groups of four with a correlation of 0.7; one of a group decides."""
    groups = -(-inputs // 4)
    shared = random.normal(size=(rows, groups, 1))
    values = np.sqrt(0.7) * shared + np.sqrt(0.3) * random.normal(size=(rows, groups, 4))
    flat = values.reshape(rows, -1)[:, :inputs]
    first = np.arange(relevant) * 4
    return np.concatenate([flat[:, first], np.delete(flat, first, axis=1)], axis=1)
