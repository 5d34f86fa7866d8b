"""What the ablation trains, measures and says."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from reproduce.ablation import separation
from reproduce.ablation.conditions import (
    BOTH,
    CONDITIONS,
    EIGENVALUES,
    EIGENVECTORS,
    GROUP_LASSO,
    PLAIN,
    ConditionExperiment,
    experiment_of,
    trials,
)
from reproduce.commands import main
from reproduce.experiments import EXPERIMENTS, Schedule
from reproduce.training.runs import Run
from reproduce.training.train import train_missing
from tests.reproduce.short_runs import SHORT


def trained(experiment: object, folder: Path, seeds: tuple[int, ...] = (0, 3)) -> Run:
    run = Run(experiment, "quick", seeds, folder)  # type: ignore[arg-type]
    train_missing([run], "cpu", workers=1)
    return run
