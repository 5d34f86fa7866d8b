"""The package against the plain way, and against the matrix products alone.

    python -m benchmarks.speed

Milliseconds per optimisation step and seed, in one run and interleaved:

(a) the plain way: one seed after another through ``pl.Trainer``, a ``DataLoader`` that collates
    samples, and layers of torch on all cores;
(b) this package: the groups and processes that ``python -m reproduce`` trains 10 seeds with;
(c) the matrix products of the paper's network alone, at the largest rate that this machine
    reached on square matrices, all cores busy. On MNIST these are the products with all 784
    pixels; the package leaves out 168 that are dark in every training image.
"""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import itertools
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from joblib import cpu_count
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.this_machine import machine
from benchmarks.timing import (
    StepTimer,
    fresh_processes,
    seconds_per_step,
    train_groups,
    training_of,
)
from reproduce.experiments import EXPERIMENTS, SEEDS, Experiment
from reproduce.training.group_training import make_trainer, prepared_for_training
from reproduce.training.groups import LARGEST_GROUP, split
from spectral import SpectralLinear
from spectral.running.files import write_json

RESULT = Path(__file__).with_name("speed.json")
ROUNDS = 5
SECONDS_A_SIZE = 1 / 3
"""Of square matrices of one size."""
EPOCHS = {"independent-gaussians": 9, "correlated-gaussians": 6, "mnist-zeros-ones": 25}
"""The first is not timed."""

TO_REACH = {
    "independent-gaussians": (5, 0.40),
    "correlated-gaussians": (5, 0.40),
    "mnist-zeros-ones": (3.5, 0.60),
}
"""Wanted of (a)/(b) and of (c)/(b)."""


class PlainClassifier(pl.LightningModule):
    """The network and the loss of an experiment as one would first write them down."""

    def __init__(self, hparams: dict[str, Any]) -> None:
        super().__init__()
        first, *others = itertools.pairwise(layer_sizes(hparams))
        self.first = SpectralLinear(*first)
        layers: list[nn.Module] = [
            nn.Tanh() if hparams["activation"] == "tanh" else nn.ReLU(),
            nn.BatchNorm1d(first[1], eps=1e-3, momentum=0.01),
            nn.Dropout(hparams["dropout"]),
        ]
        for sizes in others:
            layers += [SpectralLinear(*sizes), nn.ReLU()]
        self.rest = nn.Sequential(*layers[:-1])
        self.options = hparams

    def training_step(self, batch: tuple[Tensor, Tensor], batch_index: int) -> Tensor:
        inputs, labels = batch
        logits = self.rest(self.first(inputs))
        penalty = self.first.penalty(
            self.options["eigenvalue_penalty"], self.options["eigenvector_penalty"]
        )
        self.log("accuracy", (logits.argmax(1) == labels).float().mean(), on_epoch=True)
        return F.cross_entropy(logits, labels) + penalty

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.options["learning_rate"], eps=1e-7)


def layer_sizes(hparams: dict[str, Any]) -> list[int]:
    return [hparams["in_features"], *hparams["hidden"], hparams["classes"]]


def hyperparameters(experiment: Experiment) -> dict[str, Any]:
    return dict(experiment.make_classifier(experiment.presets["paper"], seeds=[0]).hparams)


def plain(experiment: Experiment) -> float:
    """(a), seconds a step and seed; runs in a process of its own."""
    with prepared_for_training(cpu_count()):
        data = experiment.make_data(seeds=[0])
        loader = DataLoader(TensorDataset(*data.train), batch_size=data.batch_size, shuffle=True)
        timer = StepTimer()
        trainer = make_trainer(3, "cpu", [timer])
        trainer.fit(PlainClassifier(hyperparameters(experiment)), loader)
    return timer.seconds_per_step


def package(experiment: Experiment) -> float:
    """(b), seconds a step and seed."""
    training = training_of(experiment, EPOCHS[experiment.name])
    groups = split(range(SEEDS), cpu_count(), LARGEST_GROUP)
    return seconds_per_step(train_groups(training, groups)) / SEEDS


def square_products(threads: int) -> float:
    """The largest rate of square matrix products of one process, in FLOP/s."""
    rates = []
    with prepared_for_training(threads):
        for size in (512, 1024, 2048):
            matrix = torch.randn(size, size)
            started, products = time.perf_counter(), 0
            while time.perf_counter() - started < SECONDS_A_SIZE or products < 2:
                matrix @ matrix
                products += 1
            rates.append(2 * size**3 * products / (time.perf_counter() - started))
    return max(rates)


def peak() -> float:
    """What all cores together reach at the same time, in FLOP/s."""
    with fresh_processes(cpu_count()) as pool:
        return sum(pool.map(square_products, [1] * cpu_count()))


def floating_point_operations(experiment: Experiment) -> int:
    """Of the products of one step and seed: forward, and twice backward but for the inputs."""
    sizes = layer_sizes(hyperparameters(experiment))
    weights = [wide * narrow for wide, narrow in itertools.pairwise(sizes)]
    return 2 * experiment.data().batch_size * (3 * sum(weights) - weights[0])


def measure() -> dict[str, Any]:
    """All rounds; medians and ratios."""
    peaks: list[float] = []
    seconds: dict[str, dict[str, list[float]]] = {
        experiment.name: {"plain": [], "package": []} for experiment in EXPERIMENTS
    }
    for _ in track(range(ROUNDS), "Measuring", console=Console(stderr=True)):
        peaks.append(peak())
        for experiment in EXPERIMENTS:
            with fresh_processes(1) as pool:
                seconds[experiment.name]["plain"].append(pool.submit(plain, experiment).result())
            seconds[experiment.name]["package"].append(package(experiment))
    results = {}
    for experiment in EXPERIMENTS:
        a, b = (statistics.median(seconds[experiment.name][way]) for way in ("plain", "package"))
        c = floating_point_operations(experiment) / statistics.median(peaks)
        to_reach = TO_REACH[experiment.name]
        results[experiment.name] = {
            "milliseconds_per_step_and_seed": {
                "plain": 1e3 * a,
                "package": 1e3 * b,
                "matrix_products": 1e3 * c,
            },
            "plain_over_package": a / b,
            "plain_over_package_to_reach": to_reach[0],
            "matrix_products_over_package": c / b,
            "matrix_products_over_package_to_reach": to_reach[1],
            "paper_schedule_minutes": b * steps(experiment) * SEEDS / 60,
            "rounds": seconds[experiment.name],
        }
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "seeds": SEEDS,
        "peak_gigaflops": [rate / 1e9 for rate in peaks],
        "results": results,
    }


def steps(experiment: Experiment) -> int:
    """Of one seed in the paper's schedule."""
    data = experiment.make_data(seeds=[0])
    return experiment.presets["paper"].epochs * len(data.train_dataloader())


def print_results(measured: dict[str, Any]) -> None:
    """One row a data set."""
    table = Table("data set", title="Milliseconds per step and seed (median of the rounds)")
    for heading in ("(a) plain", "(b) package", "(c) products", "(a)/(b)", "(c)/(b)", "paper, min"):
        table.add_column(heading, justify="right")
    for name, result in measured["results"].items():
        times = result["milliseconds_per_step_and_seed"]
        table.add_row(
            name,
            *(f"{times[way]:.3f}" for way in ("plain", "package", "matrix_products")),
            f"{result['plain_over_package']:.2f}",
            f"{result['matrix_products_over_package']:.2f}",
            f"{result['paper_schedule_minutes']:.1f}",
        )
    console = Console(width=110)
    console.print(table)
    total = sum(result["paper_schedule_minutes"] for result in measured["results"].values())
    console.print(f"The paper's schedule, {SEEDS} seeds: {total:.0f} minutes of training")


@click.command()
def main() -> None:
    """Measure, store and print."""
    measured = measure()
    write_json(RESULT, measured)
    print_results(measured)
    click.echo(f"Stored in {RESULT}")


if __name__ == "__main__":
    main()
