"""Figure 7: the eigenvalues of all 784 pixels, MNIST zeros and ones."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduce import figure_schema
from reproduce.experiments import BINS, MNIST_ZEROS_ONES
from reproduce.figure import MeasuredFigure, Values
from reproduce.training.runs import Run
from spectral import normalised
from spectral.appearance import style
from spectral.datasets.mnist import SIDE


def measure(run: Run) -> dict[str, Any]:
    """``relevance`` (S, 784) over each seed's largest; ``histogram`` (S, E - 1) of counts."""
    relevance = normalised(run.classifier.relevance()).double().numpy()
    return {"relevance": relevance.tolist()} | derived(relevance)


def derived(relevance: np.ndarray) -> dict[str, Any]:
    """What follows from the relevance ``(S, 784)``: the histogram of each seed."""
    edges = np.linspace(0, 1, BINS + 1)
    return {
        "histogram": [np.histogram(row, edges)[0].tolist() for row in relevance],
        "edges": edges.tolist(),
    }


def follows(values: Mapping[str, Values]) -> Values:
    """The histograms, from the relevance."""
    return derived(np.asarray(values["figure7"]["relevance"], dtype=float))


def draw(values: dict[str, Any]) -> Figure:
    """(a) the histogram, mean over the seeds; (b) the mean relevance on the canvas."""
    figure, (counts, canvas) = plt.subplots(
        2, 1, figsize=(style.COLUMN_WIDTH, 6), height_ratios=(1, 1.35)
    )
    draw_histogram(counts, np.array(values["histogram"]), values["edges"])
    style.panel(counts, "a")
    mean = np.array(values["relevance"]).mean(axis=0).reshape(SIDE, SIDE)
    image = canvas.imshow(mean, cmap="viridis", vmin=0, vmax=1)
    canvas.set(xticks=[0, 9, 18, 27], yticks=[0, 9, 18, 27], xlabel="column", ylabel="row")
    figure.colorbar(image, ax=canvas, label="eigenvalue over the largest, mean", shrink=0.9)
    style.panel(canvas, "b")
    return figure


def draw_histogram(axes: Axes, histogram: np.ndarray, edges: list[float]) -> None:
    """The mean count of each bin, on a logarithmic axis that begins below one pixel of a seed."""
    seeds = len(histogram)
    axes.stairs(
        histogram.mean(axis=0), edges, baseline=0.5 / seeds, fill=True, color=style.BLUE, alpha=0.8
    )
    axes.set(xlabel="eigenvalue over the largest", xlim=(0, 1), yscale="log")
    axes.set_ylabel(f"pixels, mean of {seeds} seeds" if seeds > 1 else "pixels")
    axes.set_ylim(0.5 / seeds, 1000)
    ticks = [count for count in (0.1, 1, 10, 100, SIDE * SIDE) if count > 0.5 / seeds]
    axes.set_yticks(ticks, [f"{count:g}" for count in ticks])
    axes.minorticks_off()


FIGURE = MeasuredFigure(
    name="figure7",
    number=7,
    title="the eigenvalues of all 784 pixels, MNIST zeros and ones",
    experiment=MNIST_ZEROS_ONES,
    schema=figure_schema.SCHEMAS["figure7"],
    caption=(
        "(a) Histogram of the eigenvalues of all 784 pixels, each seed's divided by its largest. "
        "The counts are means over the seeds, so that a tenth is one pixel in one of ten seeds; "
        "their axis is logarithmic. The last bin has each seed's largest. (b) The mean eigenvalue "
        "of each pixel at its place in the image: 1 would be a pixel that is the largest in every "
        "seed."
    ),
    alt=(
        "A histogram with nearly all eigenvalues in the first bin, at zero, and a thin tail; and "
        "an image of the pixels in which a few stand out, in the middle and around it, and all "
        "others are dark."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
