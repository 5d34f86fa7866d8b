"""Imports the package before any test imports torchvision; a small reproduction for many tests."""

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before torchvision)

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from reproduce.verdicts.claims import CLAIMS

os.environ.pop("REPRODUCE_RUNS", None)  # the image sets it; tests store their runs elsewhere

# A shell without job control starts what runs in its background with SIGINT ignored, and so would
# every process that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

LONGEST = 30 * 60  # seconds that the small reproduction may take on a slow machine


@pytest.fixture(scope="session")
def seeds() -> tuple[int, ...]:
    """As many seeds as the claims need to be judged."""
    return tuple(range(max(claim.seeds for claim in CLAIMS)))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, seeds: tuple[int, ...]) -> Path:
    """A folder with ``figures``, ``runs`` and ``logs`` of those seeds, and what was printed.

    Made once, also where several processes run the tests.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reproduction"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            folder.mkdir()
            (folder / "exit code").write_text(str(_reproduce(folder, len(seeds))))
    output = (folder / "stdout").read_text() + (folder / "stderr").read_text()
    assert (folder / "exit code").read_text() == "0", output
    return folder


def _reproduce(folder: Path, seeds: int) -> int:
    """The exit code of the small reproduction."""
    options = ["--output", "figures", "--runs", "runs", "--logs", "logs"]
    command = [sys.executable, "-m", "reproduce", "all", "--seeds", str(seeds), *options]
    with (folder / "stdout").open("w") as stdout, (folder / "stderr").open("w") as stderr:
        ended = subprocess.run(command, stdout=stdout, stderr=stderr, cwd=folder, timeout=LONGEST)
    return ended.returncode
