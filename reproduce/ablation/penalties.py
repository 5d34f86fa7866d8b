"""The conditions on the paper's data sets, measured into one JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reproduce.ablation.ablation_schema import PenaltiesFile
from reproduce.ablation.conditions import Trial
from reproduce.ablation.separation import measured
from reproduce.schema import parse
from reproduce.training.provenance_of_training import provenance_of_seeds
from reproduce.training.runs import Run
from spectral.running.files import write_json

PENALTIES = "penalties"


def write_penalties(trials: Sequence[Trial], folder: Path, most_epochs: int | None = None) -> None:
    """Measure trained conditions into ``penalties.json``; the first has all the seeds.

    Parameters
    ----------
    trials : sequence of Trial
        Trained.
    folder : Path
        Where to write.
    most_epochs : int or None, default=None
        To how many epochs the schedules were cut short, if they were.
    """
    write_json(
        folder / f"{PENALTIES}.json",
        {
            "figure": PENALTIES,
            "preset": trials[0].run.preset,
            "most_epochs": most_epochs,
            "seeds": list(trials[0].run.seeds),
            "values": {"rows": [row_of(trial) for trial in trials]},
            "provenance": {"runs": [provenance_of(trial.run) for trial in trials]},
        },
    )


def row_of(trial: Trial) -> dict[str, Any]:
    """A row of the values."""
    return {
        "data_set": trial.paper.name,
        "condition": trial.condition.name,
        "strength": trial.strength,
        "seeds": list(trial.run.seeds),
    } | measured(trial.run)


def provenance_of(run: Run) -> dict[str, Any]:
    """The configuration of a run, and how its seeds were trained."""
    records = [record["provenance"] for record in run.records()]
    return {"configuration": run.configuration} | provenance_of_seeds(records)


def read_penalties(folder: Path) -> dict[str, Any]:
    """The JSON in a folder.

    Raises
    ------
    UnreadableFileError
        If it is missing, or does not hold what it should.
    """
    return parse(PenaltiesFile, folder / f"{PENALTIES}.json").model_dump()
