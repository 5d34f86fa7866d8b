"""Imports the package before any test imports torchvision; a small reproduction for many tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import spectral  # noqa: F401  (see spectral/torchvision_operators.py)

os.environ.pop("REPRODUCE_RUNS", None)  # the image sets it; tests store their runs elsewhere


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``figures``, ``runs`` and ``logs`` of three seeds, and what was printed."""
    folder = tmp_path_factory.mktemp("reproduction")
    options = ["--seeds", "3", "--output", "figures", "--runs", "runs", "--logs", "logs"]
    with (folder / "stdout").open("w") as stdout, (folder / "stderr").open("w") as stderr:
        command = [sys.executable, "-m", "reproduce", "all", *options]
        ended = subprocess.run(command, stdout=stdout, stderr=stderr, cwd=folder)
    assert ended.returncode == 0, (folder / "stdout").read_text() + (folder / "stderr").read_text()
    return folder
