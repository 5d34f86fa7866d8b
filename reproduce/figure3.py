"""Figure 3: how few pixels the trained network needs, MNIST zeros and ones."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from reproduce import figure_schema
from reproduce.experiments import KEPT, MNIST_ZEROS_ONES, PIXELS
from reproduce.figure import MeasuredFigure, Values
from reproduce.measures import most_relevant_pixels
from reproduce.training.runs import Run
from spectral import accuracy_by_inputs_kept, normalised, ranking
from spectral.appearance import style
from spectral.datasets.mnist import SIDE, MNISTDigits

DRAWN_CURVES = (
    ("accuracy_random", "random pixels", style.GREY, "--"),
    ("accuracy", "most relevant pixels", style.BLUE, "-"),
)
LEAST_ERROR = 4e-4
"""Where the axis of the error ends: one of the 2115 test images is more."""


def measure(run: Run) -> dict[str, Any]:
    """The test accuracy of each seed with its most relevant pixels, and with random ones."""
    inputs, labels = run.data.test
    network = run.classifier.ensemble
    relevance = normalised(run.classifier.relevance())
    random = torch.stack([random_order(seed, relevance.shape[-1]) for seed in run.seeds])
    pixels = [*PIXELS, SIDE * SIDE]
    accuracy = accuracy_by_inputs_kept(network, inputs, labels, ranking(relevance), pixels)
    accuracy_random = accuracy_by_inputs_kept(network, inputs, labels, random, pixels)
    return {
        "pixels": pixels,
        "accuracy": accuracy.double().tolist(),
        "accuracy_random": accuracy_random.double().tolist(),
        "accuracy_full": accuracy[:, -1].double().tolist(),
        "larger_class": larger_class(run.data),
    } | derived(relevance)


def larger_class(data: MNISTDigits) -> float:
    """The accuracy of who answers with the larger class each time."""
    ones = data.test.targets.double().mean().item()
    return max(ones, 1 - ones)


def derived(relevance: Tensor) -> dict[str, Any]:
    """What follows from the relevance ``(S, 784)`` over each seed's largest: the 20 pixels."""
    return {
        "top20": ranking(relevance)[:, :KEPT].tolist(),
        "top20_mean": most_relevant_pixels(relevance).tolist(),
    }


def follows(values: Mapping[str, Values]) -> Values:
    """With all pixels it does not matter in which order they were taken; and the 20 pixels."""
    accuracy, random = (np.array(values["figure3"][key]) for key in ("accuracy", "accuracy_random"))
    random[:, -1] = accuracy[:, -1]
    expected = {
        "pixels": [*PIXELS, SIDE * SIDE],
        "accuracy_full": accuracy[:, -1],
        "accuracy_random": random,
        "larger_class": larger_class(MNIST_ZEROS_ONES.make_data(seeds=[0])),
    }
    if "figure7" in values:
        expected |= derived(torch.tensor(values["figure7"]["relevance"], dtype=torch.double))
    return expected


def draw(values: dict[str, Any]) -> Figure:
    """(a) the accuracy, (b) the error on a logarithmic axis; the most relevant 20 as an inset."""
    figure, (accuracy, error) = plt.subplots(
        2, 1, sharex=True, figsize=(style.COLUMN_WIDTH, 5.2), height_ratios=(1, 1.1)
    )
    draw_accuracy(accuracy, values)
    draw_error(error, values)
    draw_pixels(error, values["top20_mean"])
    for axes, letter in ((accuracy, "a"), (error, "b")):
        axes.axvline(KEPT, color="black", linewidth=0.8, linestyle=":")
        style.panel(axes, letter)
    figure.legend(*accuracy.get_legend_handles_labels(), loc="outside upper right", ncols=2)
    return figure


def draw_accuracy(axes: Axes, values: dict[str, Any]) -> None:
    """Panel (a), with the accuracy of who always answers with the larger class."""
    for key, *look in DRAWN_CURVES:
        draw_curve(axes, values["pixels"], np.array(values[key]), *look)
    share = values["larger_class"]
    axes.text(1, share - 0.025, f"larger class: {100 * share:.1f} %", va="top", fontsize=7.5)
    axes.set(ylabel="test accuracy", ylim=(0.44, 1.03))
    ticks = np.linspace(0.5, 1, 6)
    axes.set_yticks(ticks, [f"{100 * tick:.0f} %" for tick in ticks])


def draw_error(axes: Axes, values: dict[str, Any]) -> None:
    """Panel (b): what is missing to an accuracy of 1."""
    for key, *look in DRAWN_CURVES:
        error = np.maximum(1 - np.array(values[key]), LEAST_ERROR)
        draw_curve(axes, values["pixels"], error, *look)
    axes.set(xscale="log", yscale="log", xlabel="pixels kept", ylabel="test error")
    axes.set_ylim(LEAST_ERROR, 1)
    axes.set_yticks([0.001, 0.01, 0.1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
    ticks = [1, 5, KEPT, 100, SIDE * SIDE]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()


def draw_curve(
    axes: Axes, pixels: list[int], of_seeds: np.ndarray, label: str, colour: str, line: str
) -> None:
    """The mean over the seeds, and a band from the lowest of them to the highest."""
    axes.plot(pixels, of_seeds.mean(axis=0), line, color=colour, label=label)
    axes.fill_between(
        pixels, of_seeds.min(axis=0), of_seeds.max(axis=0), color=colour, alpha=0.25, lw=0
    )


def draw_pixels(axes: Axes, pixels: list[int]) -> None:
    """An image in which these pixels are black, in the corner that the curves leave free."""
    chosen = np.zeros(SIDE * SIDE)
    chosen[pixels] = 1
    inset = axes.inset_axes((0.03, 0.11, 0.31, 0.45))
    inset.imshow(chosen.reshape(SIDE, SIDE), cmap="Greys", vmin=0, vmax=1)
    inset.set(xticks=[], yticks=[])
    inset.set_xlabel(f"the {KEPT} pixels", fontsize=7.5, labelpad=2)


def random_order(seed: int, inputs: int) -> Tensor:
    """The inputs in a random order, the same for a seed each time."""
    return torch.from_numpy(np.random.default_rng([seed, inputs]).permutation(inputs))


FIGURE = MeasuredFigure(
    name="figure3",
    number=3,
    title="how few pixels the trained network needs, MNIST zeros and ones",
    experiment=MNIST_ZEROS_ONES,
    schema=figure_schema.SCHEMAS["figure3"],
    caption=(
        "What the trained networks make of the test images when only the most relevant pixels are "
        "shown to them, or as many random ones; all others are zero. (a) The share of images "
        "classified correctly. With few random pixels the networks answer with the larger class "
        "for every image. (b) The share classified wrongly, on a logarithmic axis. Mean over the "
        "seeds, and the range from the lowest seed to the highest. The inset shows the twenty "
        "most relevant pixels."
    ),
    alt=(
        "The accuracy with the most relevant pixels climbs steeply and is close to that of all "
        "pixels at about twenty; with random pixels it stays at the share of the larger class and "
        "needs several hundred. Below, the error falls accordingly, to a tenth of a percent."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
