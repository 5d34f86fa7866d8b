"""What does the work on the public benchmark: penalties of one training, parts of the selector.

    python -m benchmarks.selection.ablation [--inputs 512] [--draws 1]

Every piece of work is kept in ``runs/`` as soon as it is done; their means go into
``figures/ablation/benchmark.json``, which ``python -m reproduce ablation`` draws.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pandas as pd
from joblib import cpu_count

from benchmarks.selection import ablated_networks, ablated_selectors, public_sets
from benchmarks.selection.ablated_networks import network
from benchmarks.selection.ablated_selectors import NOISE, PARTS, selector
from benchmarks.selection.kept_results import Result, work_through
from benchmarks.selection.public_sets import RELEVANT
from reproduce.ablation import conditions, plain_layer, separation
from reproduce.ablation.conditions import CONDITIONS, SCALED
from spectral.running.files import digest_of_files, write_json
from spectral.running.stored_arrays import SPECTRAL

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
            rows.append(dict(zip(deciding, parts, strict=True)) | {**result})
    frame = pd.DataFrame(rows).astype({"inputs": int})
    if "strength" in frame:
        frame = frame.astype({"strength": float})
    groups = frame.groupby(list(deciding), sort=False)
    averaged = groups.mean().join(groups.size().rename("draws")).reset_index()
    return averaged.astype(object).where(averaged.notna(), None).to_dict("records")


def digest() -> str:
    """The SHA-256 of the code that decides the results."""
    modules = (
        ablated_networks,
        ablated_selectors,
        public_sets,
        conditions,
        plain_layer,
        separation,
    )
    files = [*SPECTRAL.glob("*.py"), *SPECTRAL.glob("selection/*.py")]
    files += [Path(str(module.__file__)) for module in modules]
    return digest_of_files(SPECTRAL.parent, files)


@click.command()
@click.option("--inputs", multiple=True, type=int, default=INPUTS, show_default=True)
@click.option("--draws", type=click.IntRange(min=1), default=DRAWS, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=cpu_count())
@click.option("--output", type=click.Path(path_type=Path), default=Path("figures/ablation"))
@click.option("--runs", type=click.Path(path_type=Path), default=Path("runs"))
def main(inputs: tuple[int, ...], draws: int, workers: int, output: Path, runs: Path) -> None:
    """Do what is missing, and write the means."""
    code = digest()
    results = work_through(
        runs / f"ablation-benchmark-{code[:12]}.json", tasks(inputs, draws), workers
    )
    write_json(
        output / "benchmark.json",
        {
            "figure": "benchmark",
            "values": {kind: means(results, kind) for kind in DECIDING},
            "provenance": {
                "made": datetime.now(UTC).isoformat(timespec="seconds"),
                "code_sha256": code,
                "draws": draws,
                "seeds": {
                    NETWORKS: len(ablated_networks.SEEDS),
                    SELECTORS: ablated_selectors.SEEDS,
                },
                "epochs": ablated_networks.EPOCHS,
                "device": f"{platform.machine()} CPU",
                "versions": {
                    name: version(name) for name in ("spectral-relevance", "torch", "numpy")
                },
            },
        },
    )
    click.echo(f"{output / 'benchmark.json'}: draw it with python -m reproduce ablation")


if __name__ == "__main__":
    main()
