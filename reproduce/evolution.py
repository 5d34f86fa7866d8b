"""How the eigenvalues evolve while a run trains: relevant inputs against irrelevant ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from reproduce import figure_schema
from reproduce.experiments import (
    CORRELATED_GAUSSIANS,
    EXPERIMENTS,
    INDEPENDENT_GAUSSIANS,
    KEPT,
    MNIST_ZEROS_ONES,
    Experiment,
)
from reproduce.figure import MeasuredFigure
from reproduce.training.runs import Run
from spectral.appearance import style

SMALLEST_SHARE = 1e-4
"""Of the largest eigenvalue: where the vertical axis ends."""


def measure(run: Run) -> dict[str, Any]:
    """Of the mean over seeds: ``relevant`` (E, R), the eigenvalues of R inputs after E numbers of
    ``epochs``, and ``irrelevant`` (E, 3), the smallest, median and largest of the others that
    train."""
    epochs, relevance = run.history
    mean = relevance.mean(axis=0, dtype=float)
    mean = mean[:, mean[0] > 0]  # constant inputs have 0 from the start
    relevant = relevant_inputs(run, mean[-1])
    return {
        "epochs": epochs.tolist(),
        "relevant": mean[:, relevant].tolist(),
        "irrelevant": np.quantile(mean[:, ~relevant], [0, 0.5, 1], axis=1).T.tolist(),
    }


def relevant_inputs(run: Run, final: np.ndarray) -> np.ndarray:
    """Whether each input is relevant: by construction, or one of the 20 largest in the end."""
    if run.experiment is INDEPENDENT_GAUSSIANS:
        return run.data.distance.numpy() > 0
    if run.experiment is CORRELATED_GAUSSIANS:
        return run.data.p.numpy() > 0
    return final >= np.sort(final)[-KEPT]


def draw(values: dict[str, Any]) -> Figure:
    """A line for each relevant input; the others as a band around their median."""
    figure, axes = plt.subplots(figsize=(1.2 * style.COLUMN_WIDTH, 3.3))
    epochs = values["epochs"]
    smallest, median, largest = np.array(values["irrelevant"]).T
    lines = axes.plot(epochs, values["relevant"], color=style.BLUE, linewidth=1)
    lines[0].set_label("relevant inputs")
    axes.fill_between(epochs, smallest, largest, color=style.RED, alpha=0.25, linewidth=0)
    axes.plot(
        epochs, median, "--", color=style.RED, label="the others: smallest to largest, and median"
    )
    axes.set_xscale("symlog", linthresh=1)  # 0, then 1, 10, 100: most happens early
    axes.set_yscale("log")
    axes.set(xlabel="epochs", ylabel="eigenvalue", xlim=(0, epochs[-1]))
    powers = (10**exponent for exponent in range(len(str(epochs[-1]))))
    ticks = [0, *(power for power in powers if 2 * power <= epochs[-1]), epochs[-1]]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    top = np.max(values["relevant"])
    axes.set_ylim(SMALLEST_SHARE * top, 2 * top)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    return figure


IN_WORDS: Mapping[Experiment, tuple[str, str]] = {
    INDEPENDENT_GAUSSIANS: (
        "The eigenvalues of all inputs begin alike. Those of the relevant ones fall less, and the "
        "less the further the classes are apart in the input.",
        "All lines begin in one point and fall. Those of the relevant inputs fan out and stay "
        "above the others, which drop by orders of magnitude.",
    ),
    CORRELATED_GAUSSIANS: (
        "The eigenvalues of all inputs begin alike. Those of the relevant ones grow, the two of a "
        "pair side by side; those of the two others fall.",
        "Lines that begin in one point: those of the relevant inputs rise in pairs, those of the "
        "others drop by orders of magnitude.",
    ),
    MNIST_ZEROS_ONES: (
        "Called relevant are the twenty pixels of the largest eigenvalues in the end. The penalty "
        "makes the eigenvalues of all pixels fall; it is the ratio to the others that tells. "
        "Pixels that are dark in every image are left out.",
        "All lines begin close together and fall. In the end those of the twenty pixels lie above "
        "the others, whose band reaches up to them and whose median has left the picture below.",
    ),
}
"""Of each experiment: what its plot shows, and what it looks like."""


def evolution_of(experiment: Experiment) -> MeasuredFigure:
    """The plot of one experiment."""
    name = f"evolution-{experiment.name}"
    shown, looks = IN_WORDS[experiment]
    return MeasuredFigure(
        name=name,
        title=f"{experiment.title}: how the eigenvalues evolve while training",
        experiment=experiment,
        schema=figure_schema.SCHEMAS[name],
        caption=(
            f"{shown} Mean over the seeds; both axes are logarithmic, that of the epochs from the "
            "first on. Where a dashed line ends, the median is below the axis."
        ),
        alt=looks,
        measure=measure,
        draw=draw,
    )


EVOLUTIONS: Mapping[Experiment, MeasuredFigure] = {each: evolution_of(each) for each in EXPERIMENTS}
"""The plot of each experiment."""
