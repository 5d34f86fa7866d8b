"""A graphics card beside all cores of its machine.

    python -m benchmarks.gpu [CASE ...]

Results go into ``gpu.json``, case by case:

- *reproduction*: ``python -m reproduce all`` with ten seeds, from nothing to figures and verdicts;
- *steps*: milliseconds of a step of ten seeds, of the paper's data sets and of more inputs;
- *selector*: ``SpectralFeatureSelector`` with its defaults, on tables of several sizes.
"""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
import torch
from joblib import cpu_count

from benchmarks.growth import training as training_of_inputs
from benchmarks.sizes import table
from benchmarks.this_machine import machine
from benchmarks.timing import (
    Timing,
    Training,
    fresh_processes,
    seconds_per_step,
    train,
    train_groups,
    training_of,
)
from reproduce.experiments import EXPERIMENTS, SEEDS
from reproduce.figure import read_run
from reproduce.figures import FIGURES
from reproduce.training.groups import LARGEST_GROUP, split
from reproduce.verdicts.drift import compare
from reproduce.verdicts.judging import judge_all
from reproduce.verdicts.reference import REFERENCE
from spectral import SpectralFeatureSelector
from spectral.running.files import write_json

RESULT = Path(__file__).with_name("gpu.json")
DEVICES = ("cuda", "cpu")
EPOCHS = {"independent-gaussians": 4, "correlated-gaussians": 4, "mnist-zeros-ones": 12}
INPUTS = (200, 2000, 20_000)
TABLES = ((1000, 2048), (20_000, 200), (100_000, 200))
ROUNDS = 3


def reproduction() -> dict[str, Any]:
    """Seconds of the whole command, its exit code, and the claims that hold."""
    results = {}
    for device in DEVICES:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "reproduce", "all", "--seeds", str(SEEDS)]
            places = ["--output", f"{folder}/figures", "--runs", f"{folder}/runs"]
            started = time.perf_counter()
            ended = subprocess.run([*command, "--device", device, *places], check=False)
            seconds = time.perf_counter() - started
            contents = read_run([*FIGURES.values()], Path(folder, "figures"))
        results[device] = {
            "seconds": seconds,
            "exit_code": ended.returncode,
            "claims": [verdict.outcome.name for verdict in judge_all(contents)],
            "arrays": {
                f"{each.figure} {each.name}": each.p_value
                for each in compare(contents, REFERENCE)
                if each.p_value is not None
            },
        }
    return results


def steps() -> dict[str, Any]:
    """Medians of the rounds, in milliseconds of a step of all seeds."""
    trainings = {each.name: training_of(each, EPOCHS[each.name]) for each in EXPERIMENTS}
    trainings |= {f"{inputs} inputs": training_of_inputs(inputs) for inputs in INPUTS}
    return {
        name: {
            device: 1e3 * median(seconds_of_step(training, device) for _ in range(ROUNDS))
            for device in DEVICES
        }
        for name, training in trainings.items()
    }


def seconds_of_step(training: Training, device: str) -> float:
    """Of all seeds: as one batch on the card, dealt to as many processes as help on the cores."""
    if device == "cuda":
        with fresh_processes(1) as pool:
            timing: Timing = pool.submit(train, training, range(SEEDS), 1, device).result()
        return timing.seconds_per_step
    groups = split(range(SEEDS), cpu_count(), LARGEST_GROUP)
    return seconds_per_step(train_groups(training, groups))


def selector() -> dict[str, Any]:
    """Seconds of a fit, and what it selected; on the cores in as many processes."""
    results: dict[str, Any] = {}
    SpectralFeatureSelector(n_seeds=1, device="cuda").fit(*table(200, 5))  # starts the card
    for rows, columns in TABLES:
        X, y = table(rows, columns)
        of_table = results[f"{rows} rows, {columns} columns"] = {}
        for device in DEVICES:
            fitted = SpectralFeatureSelector(
                random_state=0, device=device, n_jobs=1 if device == "cuda" else cpu_count()
            )
            started = time.perf_counter()
            fitted.fit(X, y)
            of_table[device] = {
                "seconds": time.perf_counter() - started,
                "selected": np.flatnonzero(fitted.support_).tolist(),
            }
    return results


CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "reproduction": reproduction,
    "steps": steps,
    "selector": selector,
}


@click.command()
@click.argument("cases", nargs=-1, type=click.Choice([*CASES]))
@click.option("--output", type=click.Path(path_type=Path), default=RESULT, help="Another file.")
def main(cases: tuple[str, ...], output: Path) -> None:
    """Measure CASES, by default all."""
    if not torch.cuda.is_available():
        raise click.ClickException("torch finds no CUDA device here")
    results = json.loads(output.read_text()) if output.exists() else {}
    for name in cases or CASES:
        started = datetime.now(UTC).isoformat(timespec="seconds")
        where = machine() | {"card": torch.cuda.get_device_name()}
        results[name] = {"measured": started, "machine": where} | CASES[name]()
        write_json(output, results)
        print(name, json.dumps(results[name], indent=1))


if __name__ == "__main__":
    main()
