"""The tables of the comparison: of some it is known what decides the target, of others not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_wine,
    make_classification,
    make_friedman1,
)
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from spectral.datasets import CorrelatedGaussians, IndependentGaussians, MNISTDigits
from spectral.samples import Samples
from spectral.tables.targets import Task

ROWS = 1000
"""So many rows at most are ranked by, and tested on: the slowest methods decide."""
TEST_SHARE = 1 / 3
"""Of the rows of a table that is not drawn anew."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows to rank the columns by, and others to test on.

    Columns, and targets that are numbers, have mean 0 and variance 1 in the rows to rank by: all
    but trees need it, so that 0 stands for an absent input everywhere.

    Attributes
    ----------
    X, X_test : ndarray
        ``(rows, columns)``.
    y, y_test : ndarray
        ``(rows,)``, the numbers of classes, or numbers.
    relevance : ndarray or None
        ``(columns,)``, 0 where a column does not decide; None where it is not known.
    """

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    relevance: np.ndarray | None = None


@dataclass(frozen=True)
class ComparedTable:
    """A table with a name.

    Attributes
    ----------
    task : {"classification", "regression"}
        What its target is.
    draw : callable
        Gives the rows of a repetition.
    anew : bool
        Whether repetitions are drawn anew; else they are other splits of the same rows.
    """

    task: Task
    draw: Callable[[int], Rows]
    anew: bool = True


Pair = tuple[np.ndarray, np.ndarray]
"""Columns ``(rows, columns)`` and targets ``(rows,)``."""


def standardised(training: Pair, test: Pair, relevance: np.ndarray | None = None) -> Rows:
    """The rows, not too many of them, with columns and numbers on one scale."""
    (columns, targets), (tested, wanted) = (
        (first[:ROWS], second[:ROWS]) for first, second in (training, test)
    )
    scaler = StandardScaler().fit(columns)
    if targets.dtype.kind == "f":
        mean, deviation = targets.mean(), targets.std()
        targets, wanted = (targets - mean) / deviation, (wanted - mean) / deviation
    return Rows(scaler.transform(columns), targets, scaler.transform(tested), wanted, relevance)


def split_at(rows: int, X: np.ndarray, y: np.ndarray) -> tuple[Pair, Pair]:
    """The first rows, and the others."""
    return (X[:rows], y[:rows]), (X[rows:], y[rows:])


def as_arrays(samples: Samples) -> Pair:
    return samples.inputs.numpy().astype(np.float64), samples.targets.numpy()


def independent_gaussians(repetition: int) -> Rows:
    data = IndependentGaussians(samples=10 * ROWS, data_seed=1 + repetition)
    training, test = data.load()
    return standardised(as_arrays(training), as_arrays(test), data.distance.numpy())


def correlated_gaussians(repetition: int) -> Rows:
    data = CorrelatedGaussians(samples=10 * ROWS, data_seed=repetition)
    training, test = data.load()
    return standardised(as_arrays(training), as_arrays(test), data.p.numpy())


def digits_of_mnist(digits: tuple[int, ...], folder: Path | None, repetition: int) -> Rows:
    """Images of the official training split, and of the test."""
    random = np.random.default_rng([repetition, 1])
    training, test = MNISTDigits(digits=digits, folder=folder).load()
    return standardised(drawn_from(training, random), drawn_from(test, random))


def drawn_from(samples: Samples, random: np.random.Generator) -> Pair:
    """Some rows, not too many."""
    columns, targets = as_arrays(samples)
    chosen = random.permutation(len(targets))[:ROWS]
    return columns[chosen], targets[chosen]


def madelon(repetition: int) -> Rows:
    """Classes at the corners of a cube of 5 inputs, 15 sums of them, and 480 of noise."""
    X, y = make_classification(
        2 * ROWS,
        n_features=500,
        n_informative=5,
        n_redundant=15,
        n_clusters_per_class=16,
        shuffle=False,
        random_state=repetition,
    )
    random = np.random.default_rng([repetition, 2])
    rows, columns = random.permutation(len(X)), random.permutation(X.shape[1])
    decides = (columns < 20).astype(float)
    return standardised(*split_at(ROWS, X[np.ix_(rows, columns)], y[rows]), decides)


def friedman(repetition: int) -> Rows:
    """Five of 50 inputs decide; the relevance is the share of the variance lost without each."""
    X, y = make_friedman1(2 * ROWS, n_features=50, noise=1.0, random_state=repetition)
    grid = (np.arange(1000) + 0.5) / 1000
    product = 10 * np.sin(np.pi * np.outer(grid, grid))
    alone = (20 * (grid - 0.5) ** 2, 10 * grid, 5 * grid)
    relevance = np.zeros(50)
    relevance[:2] = product.var(axis=0).mean()
    relevance[2:5] = [part.var() for part in alone]
    return standardised(*split_at(ROWS, X, y), relevance)


def correlated_line(repetition: int) -> Rows:
    """Ten of 100 inputs in a row decide, each by its coefficient; neighbours correlate by 0.9."""
    random = np.random.default_rng([repetition, 3])
    X = random.normal(size=(2 * ROWS, 100))
    for column in range(1, 100):
        X[:, column] = 0.9 * X[:, column - 1] + np.sqrt(1 - 0.9**2) * X[:, column]
    coefficients = np.zeros(100)
    chosen = random.choice(100, 10, replace=False)
    coefficients[chosen] = random.uniform(0.5, 2, 10) * random.choice([-1, 1], 10)
    signal = X @ coefficients
    y = signal + 0.5 * signal.std() * random.normal(size=2 * ROWS)
    return standardised(*split_at(ROWS, X, y), abs(coefficients))


def nothing(repetition: int) -> Rows:
    """Fifty inputs that have nothing to do with two classes."""
    random = np.random.default_rng([repetition, 4])
    X, y = random.normal(size=(2 * ROWS, 50)), random.integers(2, size=2 * ROWS)
    return standardised(*split_at(ROWS, X, y), np.zeros(50))


def split_anew(load: Callable[..., Any], repetition: int) -> Rows:
    """Two thirds of the rows of one of scikit-learn's tables, and the others."""
    X, y = load(return_X_y=True)
    seen, tested = train_test_split(
        np.arange(len(X)),
        test_size=TEST_SHARE,
        random_state=repetition,
        stratify=None if y.dtype.kind == "f" else y,
    )
    return standardised((X[seen], y[seen]), (X[tested], y[tested]))


TABLES: Mapping[str, ComparedTable] = {
    "independent Gaussians": ComparedTable("classification", independent_gaussians),
    "correlated Gaussians": ComparedTable("classification", correlated_gaussians),
    "Madelon": ComparedTable("classification", madelon),
    "Friedman": ComparedTable("regression", friedman),
    "correlated line": ComparedTable("regression", correlated_line),
    "pure noise": ComparedTable("classification", nothing),
    "MNIST 0 and 1": ComparedTable(
        "classification", partial(digits_of_mnist, (0, 1), None), anew=False
    ),
    "breast cancer": ComparedTable(
        "classification", partial(split_anew, load_breast_cancer), anew=False
    ),
    "wine": ComparedTable("classification", partial(split_anew, load_wine), anew=False),
    "digits": ComparedTable("classification", partial(split_anew, load_digits), anew=False),
    "diabetes": ComparedTable("regression", partial(split_anew, load_diabetes), anew=False),
}
"""By name; ``ten_digits`` needs files that are not everywhere."""


def ten_digits(folder: Path) -> ComparedTable:
    """MNIST with all its digits, from the official files in torchvision's layout."""
    return ComparedTable(
        "classification", partial(digits_of_mnist, tuple(range(10)), folder), anew=False
    )
