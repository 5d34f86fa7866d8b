"""How long a step takes when silent inputs have left the training.

python -m benchmarks.screening
"""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytorch_lightning as pl
import torch

from benchmarks.this_machine import machine
from benchmarks.timing import fresh_processes
from reproduce.training.group_training import make_trainer, prepared_for_training
from reproduce.training.groups import LARGEST_GROUP
from spectral import InputScreening
from spectral.datasets import IndependentGaussians, IndependentGaussiansClassifier
from spectral.running.files import write_json

RESULT = Path(__file__).with_name("screening.json")
INPUTS = 20_000
SILENT_SHARE = 0.95
SAMPLES = 5000
LOOKS_EVERY = 3
EPOCHS = 13
ROUNDS = 3
USUALLY_EVERY = InputScreening().every


class EpochTimer(pl.Callback):
    """When every epoch begins; comes before other callbacks."""

    def __init__(self) -> None:
        self.begins: list[float] = []

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.begins.append(time.perf_counter())

    def seconds(self, epoch: int) -> float:
        return self.begins[epoch + 1] - self.begins[epoch]


def step_times(screened: bool) -> dict[str, float]:
    """Seconds a step, of a group of seeds on one thread; runs in a process of its own."""
    with prepared_for_training(threads=1):
        seeds = range(LARGEST_GROUP)
        data = IndependentGaussians(
            features=INPUTS, relevant=INPUTS // 100, samples=SAMPLES, seeds=seeds
        )
        data.setup()
        timer = EpochTimer()
        screening = InputScreening(every=LOOKS_EVERY)
        trainer = make_trainer(EPOCHS, "cpu", [timer, screening] if screened else [timer])
        trainer.limit_val_batches = 0
        trainer.fit(classifier_with_silent_inputs(data), data)
        steps = len(data.train_dataloader())
    if not screened:
        return {"whole": statistics.median(map(timer.seconds, range(1, EPOCHS - 1))) / steps}
    left = len(screening.active)
    if left != round(INPUTS * (1 - SILENT_SHARE)):
        raise RuntimeError(f"{left} inputs take part at the end: that is not what is to be timed")
    epochs = range(LOOKS_EVERY, EPOCHS - 1)
    looks = [epoch for epoch in epochs if epoch % LOOKS_EVERY == 0]
    rests = [epoch for epoch in epochs if epoch not in looks]
    times = {
        name: statistics.median(map(timer.seconds, chosen)) / steps
        for name, chosen in (("look", looks[1:]), ("rest", rests))
    }
    mean = (times["look"] + (USUALLY_EVERY - 1) * times["rest"]) / USUALLY_EVERY
    return times | {"mean": mean}


def classifier_with_silent_inputs(data: IndependentGaussians) -> IndependentGaussiansClassifier:
    """All but the most distant inputs are silent, and stay so: no gradient passes through zeros."""
    classifier = IndependentGaussiansClassifier(
        in_features=INPUTS,
        seeds=data.seeds,
        learning_rate=1e-3,
        eigenvalue_penalty=1.0,
        eigenvector_penalty=1.0,
    )
    silent = data.distance.argsort()[: round(INPUTS * SILENT_SHARE)]
    with torch.no_grad():
        classifier.first.eigenvalues_in[:, silent] = 0
        classifier.first.eigenvectors[..., silent] = 0
    return classifier


def measure() -> dict[str, Any]:
    """Rounds of both ways, interleaved; medians."""
    rounds: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for screened in (False, True):
            with fresh_processes(1) as pool:
                times = pool.submit(step_times, screened).result()
            for name, seconds in times.items():
                rounds.setdefault(name, []).append(1e3 * seconds)
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "inputs": INPUTS,
        "silent_share": SILENT_SHARE,
        "seeds": LARGEST_GROUP,
        "milliseconds_per_step": medians,
        "rest_over_whole": medians["rest"] / medians["whole"],
        "mean_over_whole": medians["mean"] / medians["whole"],
        "mean_with_a_look_every": USUALLY_EVERY,
        "rounds": rounds,
    }


@click.command()
def main() -> None:
    """Measure, store and print."""
    measured = measure()
    write_json(RESULT, measured)
    for name, milliseconds in measured["milliseconds_per_step"].items():
        click.echo(f"{name}: {milliseconds:.1f} ms a step of {measured['seeds']} seeds")
    click.echo(f"rest over whole: {measured['rest_over_whole']:.3f}")
    click.echo(f"with a look every {USUALLY_EVERY} epochs: {measured['mean_over_whole']:.3f}")
    click.echo(f"Stored in {RESULT}")


if __name__ == "__main__":
    main()
