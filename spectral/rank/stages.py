"""Trains what a ranking needs, and gathers what there is to say."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from spectral import SpectralFeatureSelector, SpectralNetworkClassifier, SpectralNetworkRegressor
from spectral.arguments import usable_device
from spectral.rank.examination import Examined
from spectral.rank.findings import Findings, RankedInput, ranked
from spectral.rank.worth import split_rows, worth_of
from spectral.running.one_sentence import require_writable
from spectral.running.stored_arrays import results_stored_in
from spectral.running.workers import processes_at

NETWORKS = {
    "classification": SpectralNetworkClassifier,
    "regression": SpectralNetworkRegressor,
}

PACKAGES = ("spectral-relevance", "torch", "numpy", "scikit-learn", "pandas", "pyarrow")


@dataclass(frozen=True)
class RankOptions:
    """Which seeds are trained, where, and what is written where.

    Attributes
    ----------
    seeds : tuple of int
        A network is trained for each.
    device : str
        ``"cpu"``, ``"cuda"`` or ``"auto"``.
    workers : int or None
        Processes on a CPU; None for one a core.
    dask : str or None
        The address of a Dask scheduler whose workers train.
    runs_folder : Path
        Where trained seeds are stored, to go on from.
    output : Path or None
        Where the findings will be written; None for nowhere.
    """

    seeds: tuple[int, ...]
    device: str
    workers: int | None
    dask: str | None
    runs_folder: Path
    output: Path | None = None


def find_out(
    table: Path, sha256: str, examined: Examined, impute: bool, options: RankOptions
) -> Findings:
    """Rank the inputs of a table, and see what the ranking is worth.

    Parameters
    ----------
    table : Path
        The file that held the table.
    sha256 : str
        The checksum of its bytes.
    examined : Examined
        What it held.
    impute : bool
        Whether to fill in missing values.
    options : RankOptions
        Which seeds are trained, where, and what is written where.
    """
    started = time.monotonic()
    device = device_of(options)
    split = split_rows(examined.inputs, examined.target, impute)
    with (
        processes_at(options.dask, options.workers, device) as processes,
        results_stored_in(options.runs_folder / f"rank-{sha256[:12]}"),
    ):
        for folder in filter(None, (options.output, options.runs_folder)):
            require_writable(folder)  # makes it: not before all else is known to be right
        training: dict[str, Any] = {
            "n_seeds": options.seeds,
            "device": device,
            "n_jobs": processes,
            "random_state": 0,
            "verbose": True,
        }
        selector = SpectralFeatureSelector(task=split.task, groups=examined.labels, **training).fit(
            split.inputs, split.targets
        )
        selected = [str(name) for name in selector.get_feature_names_out()]
        scores = worth_of(
            split,
            selected,
            lambda inputs, targets: NETWORKS[split.task](**training).fit(inputs, targets),
        )
    return Findings(
        table=table.name,
        sha256=sha256,
        rows=examined.shape[0],
        columns=examined.shape[1],
        target=examined.target.name,
        task=examined.target.task,
        told=examined.target.told,
        ranking=lines_of(selector, examined.labels),
        scores=scores,
        left_out=examined.left_out,
        notes=examined.notes,
        provenance={
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - started, 2),
            "seeds": list(options.seeds),
            "device": device_name(device),
            "versions": {name: version(name) for name in PACKAGES}
            | {"python": platform.python_version()},
            "settings": settings_of(selector),
        },
    )


def lines_of(selector: SpectralFeatureSelector, labels: Sequence[str]) -> tuple[RankedInput, ...]:
    """The ranking, a line for each label."""
    importance = selector.feature_importances_
    members: dict[str, int] = {}
    for place, label in enumerate(labels):  # of a group, a column that is not constant
        if label not in members or importance[place] > importance[members[label]]:
            members[label] = place
    places = np.array(list(members.values()))
    return ranked(
        list(members),
        selector.importances_[:, places],
        np.argsort(selector.ranking_[places], kind="stable"),
        selector.support_[places],
        selector.selection_frequency_[places],
        selector.redundancy_[places],
    )


def device_of(options: RankOptions) -> str:
    """Where to train: a GPU only where it is sure to be."""
    if options.device == "auto":
        return "cuda" if options.dask is None and torch.cuda.is_available() else "cpu"
    return options.device if options.dask else str(usable_device("--device", options.device))


def settings_of(selector: SpectralFeatureSelector) -> dict[str, Any]:
    """The settings of the training that can change its result."""
    settings = selector.get_params()
    for name in ("device", "groups", "n_jobs", "n_seeds", "verbose"):
        del settings[name]
    return settings


def device_name(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else f"{platform.machine()} CPU"
