"""What does the work on the public benchmark: penalties of one training, parts of the selector.

    python -m benchmarks.selection.ablation [--inputs 512] [--draws 1]

Every piece of work is kept in ``runs/`` as soon as it is done; their means go into
``figures/ablation/benchmark.json``, which ``python -m reproduce ablation`` draws.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

import hashlib
import platform
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
import pandas as pd

from benchmarks.selection import ablated_networks, ablated_selectors, known_truth, public_sets
from benchmarks.selection.ablated_networks import network
from benchmarks.selection.ablated_selectors import NOISE, PARTS, selector
from benchmarks.selection.code_of_results import ROOT, versions
from benchmarks.selection.file_options import InputsOfSets
from benchmarks.selection.kept_results import Result, numbers, provenance, work_through
from benchmarks.selection.public_sets import RELEVANT
from reproduce.ablation import conditions, plain_layer, separation
from reproduce.ablation.benchmark_parts import BENCHMARK
from reproduce.ablation.conditions import CONDITIONS, SCALED
from reproduce.training import group_training
from spectral.running.files import digest_of_files, write_json
from spectral.running.interruption import interruptible
from spectral.running.one_sentence import run_command
from spectral.running.shared_options import FolderToWrite, runs_option, workers_option
from spectral.running.stored_arrays import SPECTRAL
from spectral.running.workers import processes_at

INPUTS = (32, 512)
DRAWS = 1
STRENGTHS = (0.1, 10.0)
"""Beside 1, for the first draw of every set."""
NETWORKS, SELECTORS = "networks", "selectors"
DECIDING = {
    NETWORKS: ("condition", "strength", "set", "inputs"),
    SELECTORS: ("left_out", "set", "inputs"),
}
"""What the pieces of either kind differ in, beside the draw."""

Tasks = dict[str, Callable[[], Result]]


def tasks(inputs: tuple[int, ...], draws: int) -> Tasks:
    """All pieces of work by name, the draws one after the other."""
    found: Tasks = {}
    for draw in range(draws):
        trained = [(condition.name, 1.0) for condition in CONDITIONS]
        if draw == 0:
            trained += [(each.name, strength) for each in SCALED for strength in STRENGTHS]
        for number in inputs:
            for name in RELEVANT:
                for condition, strength in trained:
                    piece = partial(network, condition, strength, name, number, draw)
                    found[named(NETWORKS, condition, strength, name, number, draw)] = piece
            for name in (*RELEVANT, NOISE):
                for part in PARTS:
                    piece = partial(selector, part, name, number, draw)
                    found[named(SELECTORS, part, name, number, draw)] = piece
    return found


def named(*parts: object) -> str:
    return " / ".join(map(str, parts))


def means(results: Mapping[str, Result], kind: str) -> list[dict[str, Any]]:
    """The means over the draws of one kind, a row for all else."""
    deciding = DECIDING[kind]
    rows = []
    for name, result in results.items():
        of_kind, *parts, _ = name.split(" / ")
        if of_kind == kind:
            rows.append(dict(zip(deciding, parts, strict=True)) | {**numbers(result)})
    frame = pd.DataFrame(rows).astype({"inputs": int})
    if "strength" in frame:
        frame = frame.astype({"strength": float})
    groups = frame.groupby(list(deciding), sort=False)
    averaged = groups.mean().join(groups.size().rename("draws")).reset_index()
    return averaged.astype(object).where(averaged.notna(), None).to_dict("records")


def digest() -> str:
    """The SHA-256 of the code and of the versions of packages that decide the results."""
    modules = (
        ablated_networks,
        ablated_selectors,
        conditions,
        group_training,
        known_truth,
        plain_layer,
        public_sets,
        separation,
    )
    files = [*SPECTRAL.glob("*.py"), *SPECTRAL.glob("selection/*.py")]
    files += [SPECTRAL / "tables" / "selected_columns.py"]
    files += [Path(str(module.__file__)) for module in modules]
    described = (digest_of_files(ROOT, files), str(versions([])))
    return hashlib.sha256("\n".join(described).encode()).hexdigest()


@click.command()
@click.option("--inputs", multiple=True, type=InputsOfSets, default=INPUTS, show_default=True)
@click.option("--draws", type=click.IntRange(min=1), default=DRAWS, show_default=True)
@workers_option
@click.option("--output", type=FolderToWrite(), default=Path("figures/ablation"), show_default=True)
@runs_option
def main(
    inputs: tuple[int, ...], draws: int, workers: int | None, output: Path, runs_folder: Path
) -> None:
    """Do what is missing, and write the means."""
    code = digest()
    stored = runs_folder / f"ablation-benchmark-{code[:12]}.json"
    with processes_at(None, workers, "cpu") as processes:
        results = work_through(stored, tasks(inputs, draws), processes)
    write_json(
        output / f"{BENCHMARK}.json",
        {
            "figure": BENCHMARK,
            "values": {kind: means(results, kind) for kind in DECIDING},
            "provenance": provenance(results.values())
            | {
                "code_sha256": code,
                "draws": draws,
                "seeds": {
                    NETWORKS: len(ablated_networks.SEEDS),
                    SELECTORS: ablated_selectors.SEEDS,
                },
                "epochs": ablated_networks.EPOCHS,
                "device": f"{platform.machine()} CPU",
                "versions": versions([]),
            },
        },
    )
    click.echo(f"{output / BENCHMARK}.json: draw it with python -m reproduce ablation")


if __name__ == "__main__":
    interruptible(
        lambda: run_command(main, sys.argv[1:], "python -m benchmarks.selection.ablation")
    )
