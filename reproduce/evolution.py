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
    Experiment,
)
from reproduce.figure import MeasuredFigure
from reproduce.training.runs import Run
from spectral.appearance import style

SMALLEST_SHARE = 1e-4
"""Of the largest eigenvalue: where the vertical axis ends."""


def measure(run: Run) -> dict[str, Any]:
    """Of the mean over seeds: ``relevant`` (E, R), the eigenvalues of R inputs after E numbers of
    ``epochs``, and ``irrelevant`` (E, 3), the smallest, median and largest of the others."""
    epochs, relevance = run.history
    mean = relevance.mean(axis=0, dtype=float)
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
    figure, axes = plt.subplots(figsize=(style.COLUMN_WIDTH, 3))
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
    axes.set_ylim(bottom=SMALLEST_SHARE * np.max(values["relevant"]))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    return figure


def evolution_of(experiment: Experiment) -> MeasuredFigure:
    """The plot of one experiment."""
    name = f"evolution-{experiment.name}"
    return MeasuredFigure(
        name=name,
        title=f"{experiment.title}: how the eigenvalues evolve while training",
        experiment=experiment,
        schema=figure_schema.SCHEMAS[name],
        caption=(
            "Mean over the seeds, on logarithmic scales. Inputs are relevant by construction, or "
            "pixels as one of the twenty largest in the end."
        ),
        alt=(
            "Over the epochs the eigenvalues of the relevant inputs level off, and those of the "
            "others fall by orders of magnitude."
        ),
        measure=measure,
        draw=draw,
    )


EVOLUTIONS: Mapping[Experiment, MeasuredFigure] = {each: evolution_of(each) for each in EXPERIMENTS}
"""The plot of each experiment."""
