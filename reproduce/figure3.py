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
from matplotlib.figure import Figure
from torch import Tensor

from reproduce import figure_schema
from reproduce.experiments import KEPT, MNIST_ZEROS_ONES, PIXELS
from reproduce.figure import MeasuredFigure, Values
from reproduce.measures import most_relevant_pixels
from reproduce.training.runs import Run
from spectral import accuracy_by_inputs_kept, normalised, ranking
from spectral.appearance import style
from spectral.datasets.mnist import SIDE


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
    } | derived(relevance)


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
    }
    if "figure7" in values:
        expected |= derived(torch.tensor(values["figure7"]["relevance"], dtype=torch.double))
    return expected


def draw(values: dict[str, Any]) -> Figure:
    """Accuracy against the number of pixels; the most relevant 20 as an inset."""
    figure, axes = plt.subplots(figsize=(style.COLUMN_WIDTH, 3.8))
    curves = (
        ("accuracy_random", "random pixels", style.GREY, "--"),
        ("accuracy", "most relevant pixels", style.BLUE, "-"),
    )
    for key, label, colour, line in curves:
        accuracy = np.array(values[key])
        mean, std = accuracy.mean(axis=0), accuracy.std(axis=0)
        axes.plot(values["pixels"], mean, line, color=colour, label=label)
        axes.fill_between(
            values["pixels"], mean - std, np.minimum(mean + std, 1), color=colour, alpha=0.25, lw=0
        )
    axes.axvline(KEPT, color="black", linewidth=0.8, linestyle=":")
    axes.set(xscale="log", xlabel="pixels kept", ylabel="test accuracy", ylim=(0, 1.03))
    ticks = [1, 5, KEPT, 100, SIDE * SIDE]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.16), ncols=2, borderaxespad=0)
    chosen = np.zeros(SIDE * SIDE)
    chosen[values["top20_mean"]] = 1
    inset = axes.inset_axes((0.66, 0.03, 0.32, 0.4))
    inset.imshow(chosen.reshape(SIDE, SIDE), cmap="Greys", vmin=0, vmax=1)
    inset.set(xticks=[], yticks=[])
    inset.set_ylabel(f"the {KEPT} pixels", fontsize=8)
    return figure


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
        "Test accuracy of the trained networks when only the most relevant pixels are shown to "
        "them, and when as many random ones are; mean and standard deviation over the seeds. The "
        "inset shows the twenty most relevant pixels."
    ),
    alt=(
        "The accuracy with the most relevant pixels climbs from chance to nearly all images right "
        "at about twenty pixels; with random pixels it needs several hundred."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
