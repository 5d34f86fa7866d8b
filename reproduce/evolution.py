"""How the eigenvalues evolve while a run trains: relevant inputs against irrelevant ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from reproduce import figure_schema, style
from reproduce.experiments import (
    CORRELATED_GAUSSIANS,
    INDEPENDENT_GAUSSIANS,
    KEPT,
    Experiment,
)
from reproduce.files import write_json
from reproduce.schema import parse
from reproduce.training.runs import Run

SMALLEST_SHARE = 1e-4
"""Of the largest eigenvalue: where the vertical axis ends."""


def write(run: Run, folder: Path) -> None:
    """Measure a stored run, write ``evolution-<experiment>.json``, and draw it as PNG and PDF."""
    values = measure(run)
    content = {"preset": run.preset, "seeds": list(run.seeds), "values": values}
    path = stem(run.experiment, folder)
    write_json(path.with_suffix(".json"), content)
    with style.paper_style():
        style.save(draw(values), path)


def read(experiment: Experiment, folder: Path) -> dict[str, Any] | None:
    """The JSON of the plot, or None where there is none.

    Raises
    ------
    UnreadableFileError
        If the file does not hold what :mod:`reproduce.figure_schema` says.
    """
    path = stem(experiment, folder).with_suffix(".json")
    return parse(figure_schema.Evolution, path).model_dump() if path.exists() else None


def stem(experiment: Experiment, folder: Path) -> Path:
    """The path of the plot's files, without their suffix."""
    return folder / f"evolution-{experiment.name}"


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
