"""How time and memory grow with the number of seeds and of inputs.

python -m benchmarks.growth [--draw-only]
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import matplotlib.pyplot as plt
import numpy as np
from joblib import cpu_count
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter
from rich.console import Console
from rich.progress import track

from benchmarks.this_machine import machine
from benchmarks.timing import Timing, Training, seconds_per_step, train_groups
from reproduce.training.groups import LARGEST_GROUP, split
from spectral.appearance import style
from spectral.datasets import IndependentGaussians, IndependentGaussiansClassifier
from spectral.running.files import replacing, write_json

RESULT = Path(__file__).with_name("growth.json")
PICTURE = RESULT.with_suffix(".png")
SEEDS = (1, 2, 5, 10, 20, 50)
INPUTS = (20, 200, 2000, 20_000)
SAMPLES = {20: 60_000, 200: 60_000, 2000: 10_000, 20_000: 5000}
"""Fewer where they would not fit the memory; a step has 500 in any case."""

LIMITS = {"milliseconds_per_step": (1, 1000), "memory_mib": (100, 10_000)}
"""Of the axes."""


def training(inputs: int) -> Training:
    return Training(
        IndependentGaussiansClassifier,
        IndependentGaussians,
        {"in_features": inputs},
        {"features": inputs, "samples": SAMPLES[inputs]},
        epochs=3,
    )


def point(seeds: int, inputs: int) -> dict[str, float]:
    """Wall time of a step of all seeds, and the memory of all processes."""
    groups = split(range(seeds), cpu_count(), LARGEST_GROUP)
    timings = train_groups(training(inputs), groups)
    workers = min(cpu_count(), len(groups))
    return {
        "seeds": seeds,
        "inputs": inputs,
        "milliseconds_per_step": 1e3 * seconds_per_step(timings),
        "memory_mib": memory(timings, workers) / 2**20,
    }


def memory(timings: list[Timing], workers: int) -> float:
    """The processes work on the groups in turn: the largest of them, as often as they are."""
    return workers * max(timing.memory for timing in timings)


def measure() -> dict[str, Any]:
    points = {
        "seeds": [(seeds, INPUTS[0]) for seeds in SEEDS],
        "inputs": [(LARGEST_GROUP * cpu_count(), inputs) for inputs in INPUTS],
    }
    console = Console(stderr=True)
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
    } | {
        name: [point(*each) for each in track(chosen, f"Growing {name}", console=console)]
        for name, chosen in points.items()
    }


def draw(measured: dict[str, Any]) -> Figure:
    """Time above, memory below; seeds on the left, inputs on the right; the axes of a row agree."""
    figure, axes = plt.subplots(
        2, 2, figsize=(2 * style.COLUMN_WIDTH, 5.4), sharex="col", sharey="row"
    )
    fixed_inputs = measured["seeds"][0]["inputs"]
    fixed_seeds = measured["inputs"][0]["seeds"]
    columns = (
        ("seeds", f"seeds, of {fixed_inputs} inputs each"),
        ("inputs", f"inputs, of {fixed_seeds} seeds"),
    )
    for (name, label), (time, memory), letters in zip(columns, axes.T, ("ac", "bd"), strict=True):
        draw_line(time, measured[name], name, "milliseconds_per_step")
        draw_line(memory, measured[name], name, "memory_mib")
        memory.set_xlabel(label)
        for panel, letter, what in zip((time, memory), letters, ("time", "memory"), strict=True):
            panel.set_title(f"({letter}) {what} against {name}", fontweight="bold")
    axes[0, 0].set_ylabel("milliseconds for a step of all seeds")
    axes[1, 0].set_ylabel("MiB of all processes")
    axes[0, 0].legend(loc="upper left")
    return figure


def draw_line(axes: Axes, points: list[dict[str, float]], name: str, key: str) -> None:
    """What is measured, and beside it what grew in proportion; both axes are logarithmic."""
    numbers = np.array([each[name] for each in points])
    found = np.array([each[key] for each in points])
    axes.plot(numbers, found, "o-", color=style.BLUE, markersize=4, label="measured")
    proportional = found[-1] * numbers / numbers[-1]
    axes.plot(
        numbers,
        proportional,
        ":",
        color=style.GREY,
        label="if in proportion",
    )
    axes.set(xscale="log", yscale="log")
    labels = [f"{number:,.0f}".replace(",", "\N{NO-BREAK SPACE}") for number in numbers]
    axes.set_xticks(numbers, labels)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.set_ylim(*LIMITS[key])
    axes.minorticks_off()
    axes.grid(alpha=0.3)


@click.command()
@click.option("--draw-only", is_flag=True, help="Draw anew what was measured before.")
def main(draw_only: bool) -> None:
    """Measure, store, draw and print."""
    if not draw_only:
        write_json(RESULT, measure())
    measured = json.loads(RESULT.read_text())
    with style.paper_style(), replacing(PICTURE) as temporary:
        draw(measured).savefig(temporary, format="png")
    for name in ("seeds", "inputs"):
        for each in measured[name]:
            click.echo(
                f"{each['seeds']} seeds, {each['inputs']} inputs: "
                f"{each['milliseconds_per_step']:.1f} ms a step, {each['memory_mib']:.0f} MiB"
            )
    click.echo(f"Stored in {RESULT}, drawn in {PICTURE}")


if __name__ == "__main__":
    main()
