"""Trains many seeds with the quick preset under several kinds of arithmetic: the pool.

    python -m benchmarks.pool [--runs FOLDER]

writes ``benchmarks/pool.npz``, from which ``benchmarks.verdicts`` and the tests draw. Switches of
torch and MKL choose other instructions, which round otherwise, as another processor would; another
number of workers puts the seeds into other company. None of these seeds is among those of
``figures/reference.json``, but for the two parts that are so on purpose.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from benchmarks.this_machine import machine
from reproduce import figure1, figure2, figure3, figure4, figure7
from reproduce.experiments import (
    CORRELATED_GAUSSIANS,
    INDEPENDENT_GAUSSIANS,
    MNIST_ZEROS_ONES,
    PIXELS,
)
from reproduce.training.provenance_of_training import provenance_of_figures
from reproduce.verdicts.reference import Contents
from spectral.running.files import replacing

POOL = Path(__file__).with_name("pool.npz")
DECIMALS = 7

STORED: Mapping[str, tuple[str, str]] = {
    "independent": ("figure1", "relevance"),
    "correlated": ("figure2", "relevance"),
    "accuracy": ("figure3", "accuracy"),
    "accuracy_random": ("figure3", "accuracy_random"),
    "mnist": ("figure7", "relevance"),
}
"""What the pool keeps of each seed, and the figure and key where it stands."""

SCALAR = {"ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE"}
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "MKL_CBWR": "AVX2"}


@dataclass(frozen=True, eq=False)
class Part:
    """Seeds, first to last, that are trained under one kind of arithmetic."""

    arithmetic: str
    first: int
    last: int
    workers: int
    environment: Mapping[str, str]


PARTS = (
    Part("scalar", 100, 119, 2, SCALAR),
    Part("AVX2", 120, 139, 2, AVX2),
    Part("native", 140, 159, 2, {}),
    Part("scalar, seeds of the reference", 0, 9, 2, SCALAR),
    Part("AVX2, seeds of the reference", 10, 19, 2, AVX2),
)


@dataclass(frozen=True)
class Pool:
    """The numbers of each seed by the names of ``STORED``, and the part it belongs to."""

    seeds: np.ndarray
    arithmetic: np.ndarray
    arrays: Mapping[str, np.ndarray]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """The ``machine``, and of its ``parts`` by arithmetic how each was trained."""

    def contents(self, rows: Sequence[int] | np.ndarray) -> Contents:
        """The figures of the seeds in some rows, as ``python -m reproduce all`` would have them."""
        values = values_of({name: array[rows] for name, array in self.arrays.items()})
        seeds = self.seeds[rows].tolist()
        return {
            name: {"preset": "quick", "seeds": seeds, "values": of_figure}
            for name, of_figure in values.items()
        }


def values_of(arrays: Mapping[str, np.ndarray]) -> dict[str, dict[str, Any]]:
    """The values of all figures that vary with the seeds."""
    independent, correlated, mnist = (
        arrays[name] for name in ("independent", "correlated", "mnist")
    )
    normalised = torch.from_numpy(mnist)
    accuracy = arrays["accuracy"]
    return {
        "figure1": {"relevance": independent}
        | figure1.derived(independent, data(INDEPENDENT_GAUSSIANS.name)),
        "figure2": {"relevance": correlated}
        | figure2.derived(correlated, data(CORRELATED_GAUSSIANS.name)),
        "figure3": {
            "pixels": [*PIXELS, mnist.shape[1]],
            "accuracy": accuracy,
            "accuracy_random": arrays["accuracy_random"],
            "accuracy_full": accuracy[:, -1],
        }
        | figure3.derived(normalised),
        "figure4": figure4.derived(normalised, data(MNIST_ZEROS_ONES.name)),
        "figure7": {"relevance": mnist} | figure7.derived(mnist),
    }


@cache
def data(name: str) -> Any:
    """The data of an experiment, loaded once."""
    experiments = (INDEPENDENT_GAUSSIANS, CORRELATED_GAUSSIANS, MNIST_ZEROS_ONES)
    return next(each for each in experiments if each.name == name).make_data(seeds=[0])


def read_pool(path: Path = POOL) -> Pool:
    """The pool as it is stored."""
    with np.load(path) as stored:
        arrays = {name: stored[name].astype(float) for name in STORED}
        provenance = json.loads(stored["provenance"].item())
        return Pool(stored["seeds"], stored["arithmetic"], arrays, provenance)


def train(part: Part, runs: Path) -> Path:
    """Train the seeds of a part, as far as they are missing, and return their figures' folder."""
    output = runs / part.arithmetic.replace(", ", "-").replace(" ", "-")
    seeds = ("--seeds", f"{part.first}-{part.last}", "--workers", str(part.workers))
    folders = ("--runs", str(output / "runs"), "--output", str(output))
    ended = subprocess.run(
        [sys.executable, "-m", "reproduce", "all", *seeds, *folders],
        env={**os.environ, **part.environment},
        stdout=subprocess.DEVNULL,
    )
    if ended.returncode not in (0, 1):  # 1: trained, but a claim or the reference does not hold
        raise click.ClickException(f"training {part.arithmetic} ended with {ended.returncode}")
    return output


def gather(folders: Mapping[Part, Path]) -> dict[str, np.ndarray]:
    """The arrays of the pool from the figures of each part."""
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("seeds", "arithmetic", *STORED)}
    parts: dict[str, Any] = {}
    for part, folder in folders.items():
        figures = sorted({figure for figure, _ in STORED.values()})
        contents = {name: json.loads((folder / f"{name}.json").read_text()) for name in figures}
        for name, (figure, key) in STORED.items():
            columns[name].append(np.round(contents[figure]["values"][key], DECIMALS))
        seeds = contents["figure1"]["seeds"]
        columns["seeds"].append(np.array(seeds))
        columns["arithmetic"].append(np.repeat(part.arithmetic, len(seeds)))
        parts[part.arithmetic] = {
            "environment": part.environment,
            "workers": part.workers,
            "experiments": provenance_of_figures(contents),
        }
    arrays = {name: np.concatenate(parts) for name, parts in columns.items()}
    return arrays | {"provenance": np.array(json.dumps({"machine": machine(), "parts": parts}))}


@click.command()
@click.option("--runs", type=click.Path(path_type=Path), default=Path("runs/pool"))
def main(runs: Path) -> None:
    """Train the pool and write it; what is trained already is not trained again."""
    pool = gather({part: train(part, runs) for part in PARTS})
    with replacing(POOL) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **pool)  # type: ignore[arg-type]
    click.echo(f"{POOL}: {len(pool['seeds'])} seeds")


if __name__ == "__main__":
    main()
