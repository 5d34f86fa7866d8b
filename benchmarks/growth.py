"""How time and memory grow with the number of seeds and of inputs.

python -m benchmarks.growth
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from joblib import cpu_count
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter
from rich.console import Console
from rich.progress import track

from benchmarks.timing import Timing, Training, machine, train_groups
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
        "milliseconds_per_step": 1e3 * sum(t.seconds_per_step for t in timings) / workers,
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
    """Time above, memory below; seeds on the left, inputs on the right."""
    figure, axes = plt.subplots(2, 2, figsize=(2 * style.COLUMN_WIDTH, 5), sharex="col")
    fixed_inputs = measured["seeds"][0]["inputs"]
    fixed_seeds = measured["inputs"][0]["seeds"]
    columns = (
        ("seeds", f"seeds ({fixed_inputs} inputs)"),
        ("inputs", f"inputs ({fixed_seeds} seeds)"),
    )
    for (name, label), (time, memory) in zip(columns, axes.T, strict=True):
        draw_line(time, measured[name], name, "milliseconds_per_step")
        draw_line(memory, measured[name], name, "memory_mib")
        memory.set_xlabel(label)
    axes[0, 0].set_ylabel("milliseconds a step of all seeds")
    axes[1, 0].set_ylabel("memory in MiB")
    return figure


def draw_line(axes: Axes, points: list[dict[str, float]], name: str, key: str) -> None:
    numbers = [each[name] for each in points]
    axes.plot(numbers, [each[key] for each in points], "o-", color=style.BLUE, markersize=4)
    axes.set_xscale("log")
    axes.set_xticks(numbers, [f"{number:,.0f}".replace(",", " ") for number in numbers])
    if key == "memory_mib":
        axes.set_ylim(bottom=0)
    else:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.minorticks_off()
    axes.grid(alpha=0.3)


if __name__ == "__main__":
    measured = measure()
    write_json(RESULT, measured)
    with style.paper_style():
        figure = draw(measured)
        with replacing(PICTURE) as temporary:
            figure.savefig(temporary, format="png")
    for name in ("seeds", "inputs"):
        for each in measured[name]:
            print(
                f"{each['seeds']} seeds, {each['inputs']} inputs: "
                f"{each['milliseconds_per_step']:.1f} ms a step, {each['memory_mib']:.0f} MiB"
            )
    print(f"Stored in {RESULT}, drawn in {PICTURE}")
