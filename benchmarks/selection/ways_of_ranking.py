"""By what a ranking goes: how long a column lasts, how it compares with the copies, or more.

    python -m benchmarks.selection.ways_of_ranking [--draws 2]

On own sets. Where it is known which columns decide, the average precision of their ranking; on own
images, where neighbouring pixels tell nearly the same, how well a forest predicts with the first
columns. Each draw is stored by itself; the same command goes on where it was. Results go into
``ways_of_ranking.json``.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import numpy as np
import torch
from numpy.random import Generator
from scipy.ndimage import gaussian_filter
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score

from benchmarks.selection.code_of_results import code_of, versions
from benchmarks.selection.kept_results import Result, numbers, provenance, work_through
from benchmarks.selection.known_truth import KnownTruth, shuffled
from benchmarks.selection.own_neighbours import NEIGHBOURS, own_neighbours
from benchmarks.selection.own_sets import FORMULAS, own_set
from benchmarks.selection.public_ranking import ON_PUBLIC_SETS
from spectral.running.files import write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import workers_option
from spectral.running.workers import processes_at
from spectral.samples import Samples
from spectral.selection.consensus import agreed, settings_for
from spectral.selection.elimination import eliminate
from spectral.tables.selected_columns import ranks

RESULTS = Path(__file__).with_name("ways_of_ranking.json")
STORED = Path("runs") / "ways_of_ranking.json"
SELECTOR = ON_PUBLIC_SETS["spectral"]
DECIDING = ("ways_of_ranking.py", "known_truth.py", "own_neighbours.py", "own_sets.py")
SEEDS = 5
OF_FORMULAS = 256
"""Columns of the sets of ``own_sets.py``."""
SIDE, KINDS, ROWS = 16, 6, 800
"""Of images: pixels, classes, and how many are seen."""
KEPT = (1, 2, 3, 5, 10, 20, 50)
"""Of the first columns so many are kept."""
CORNERS = {"corners": (700, 5, 10, 385), "corners, wide": (800, 4, 8, 700)}
"""Rows, hidden numbers, sums of them, and columns of noise."""
IMAGES = "images"
NAMES = (*FORMULAS, *NEIGHBOURS, *CORNERS, IMAGES)


def corners(name: str, draw: int) -> KnownTruth:
    """Hidden numbers at the corners of a cube, each of one class; beside them sums of them."""
    rows, hidden, sums, noise = CORNERS[name]
    random = np.random.default_rng([7, list(CORNERS).index(name), draw])
    centres = np.array(np.meshgrid(*[[-1.0, 1.0]] * hidden)).reshape(hidden, -1).T
    classes = random.permutation(np.arange(len(centres)) % 2)
    corner = random.integers(len(centres), size=rows)
    shapes = random.uniform(-1, 1, (len(centres), hidden, hidden))
    clouds = np.einsum("rh,rhk->rk", random.normal(size=(rows, hidden)), shapes[corner])
    numbers = clouds + centres[corner]
    told = numbers @ random.uniform(-1, 1, (hidden, sums))
    X = np.concatenate([numbers, told, random.normal(size=(rows, noise))], axis=1)
    return shuffled(name, X, classes[corner], hidden + sums, random)


def images(draw: int) -> tuple[np.ndarray, np.ndarray]:
    """Smooth patterns, one of each class, in smooth noise; twice as many rows as are seen."""
    random = np.random.default_rng([11, draw])
    patterns, classes = smooth(random, KINDS), random.integers(KINDS, size=2 * ROWS)
    noise = smooth(random, 2 * ROWS) + 0.2 * random.normal(size=(2 * ROWS, SIDE**2))
    return 0.55 * patterns[classes] + noise, classes


def smooth(random: Generator, count: int) -> np.ndarray:
    fields = gaussian_filter(random.normal(size=(count, SIDE, SIDE)), (0, 1.6, 1.6))
    return (fields / fields.std(axis=(1, 2), keepdims=True)).reshape(count, -1)


def rankings(X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """The ranking by each way, of the same eliminations."""
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    classes = None if y.dtype.kind == "f" else int(y.max()) + 1
    targets = (y - y.mean())[:, None] / y.std() if classes is None else y
    kind = torch.float32 if classes is None else torch.long
    samples = Samples(torch.from_numpy(X).float(), torch.from_numpy(targets).to(kind))
    settings = settings_for(samples, 2 * X.shape[1])
    columns, nothing = np.arange(X.shape[1]), np.zeros(X.shape[1])
    found = [eliminate(samples, columns, classes, seed, True, settings) for seed in range(SEEDS)]
    alone = [replace(each, redundancy=nothing) for each in found]
    return {
        "by how long they last": ranks(np.mean([each.lasting for each in found], axis=0)),
        "beside the copies": ranks(np.mean([each.importances for each in found], axis=0)),
        "selected first": agreed(alone, "auto").ranking,
        "with what is told": agreed(found, "auto").ranking,
    }


def scores(name: str, draw: int) -> Result:
    """What each way comes to on a draw of a set."""
    if name == IMAGES:
        X, y = images(draw)
        return {
            way: predicted(X, y, places) for way, places in rankings(X[:ROWS], y[:ROWS]).items()
        }
    known = drawn(name, draw)
    decides = np.isin(np.arange(known.X.shape[1]), known.true)
    return {
        way: float(average_precision_score(decides, -places))
        for way, places in rankings(known.X, known.y).items()
    }


def drawn(name: str, draw: int) -> KnownTruth:
    if name in FORMULAS:
        return own_set(name, OF_FORMULAS, seed=100 + draw)
    return corners(name, draw) if name in CORNERS else own_neighbours(name, 10 + draw)


def predicted(X: np.ndarray, y: np.ndarray, places: np.ndarray) -> float:
    """The accuracy of a forest on rows that were not seen, in the mean over columns kept."""
    found = []
    for count in KEPT:
        kept = X[:, places <= count]
        forest = RandomForestClassifier(150, random_state=0).fit(kept[:ROWS], y[:ROWS])
        found.append(forest.score(kept[ROWS:], y[ROWS:]))
    return float(np.mean(found))


@click.command()
@click.option("--draws", type=click.IntRange(min=1), default=2, show_default=True)
@workers_option
def main(draws: int, workers: int | None) -> None:
    """Rank the columns of all draws of all sets, in all ways."""
    code = code_of(SELECTOR, DECIDING)
    keys = [(name, draw) for draw in range(draws) for name in NAMES]
    names = {key: " / ".join([*map(str, key), code]) for key in keys}
    tasks = {names[key]: partial(scores, *key) for key in keys}
    with processes_at(None, workers, "cpu") as processes:
        results = work_through(STORED, tasks, processes)
    found = {name: [numbers(results[names[name, draw]]) for draw in range(draws)] for name in NAMES}
    told = provenance(results.values()) | {"code": code, "versions": versions([SELECTOR])}
    write_json(RESULTS, {"provenance": told, "sets": found})
    click.echo(str(RESULTS))


if __name__ == "__main__":
    interruptible(
        lambda: run_command(main, sys.argv[1:], "python -m benchmarks.selection.ways_of_ranking")
    )
