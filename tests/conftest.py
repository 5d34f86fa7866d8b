"""What many tests share: one thread, a small reproduction, the committed figures."""

import os

# Tests run side by side, and beside other work: there, threads that wait for one another stall.
os.environ |= {"OMP_NUM_THREADS": "1", "LOKY_MAX_CPU_COUNT": "1"}

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before torchvision)

import gc
import shutil
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

PAPER = Path(__file__).parents[1] / "figures" / "paper"
LONGEST = 60 * 60  # seconds that the small reproduction may take on a slow machine, beside others

SEEDS = max(claim.seeds for claim in CLAIMS)
"""So many can judge all claims: where one does not hold, it fails."""


def pytest_xdist_auto_num_workers() -> int:
    """One process a core, not many: more of them delay the small reproduction, and so the end."""
    return min(os.cpu_count() or 1, 4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One test begins the small reproduction; those that would wait for it come last."""
    reading = [item for item in items if "finished" in getattr(item, "fixturenames", ())]
    others = [item for item in items if item not in reading]
    items[:] = reading[:1] + others + reading[1:]


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays to the end: the collector need not look at it."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the JSON of the committed figures, of ten seeds."""
    folder = tmp_path / "figures"
    folder.mkdir()
    for path in PAPER.glob("*.json"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """For reports that are read for their words: drawing takes seconds."""
    monkeypatch.setattr("reproduce.pages.report.embedded_picture", lambda *_: "data:image/png,")
    for pictures in ("pictures_of_comparison", "pictures_of_ablation"):
        monkeypatch.setattr(f"reproduce.pages.beyond_the_paper.{pictures}", lambda _: [])


@pytest.fixture(scope="session")
def seeds() -> tuple[int, ...]:
    """The seeds of the small reproduction."""
    return tuple(range(SEEDS))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``figures``, ``runs`` and ``logs`` of those seeds, and what was printed.

    Made once, also where several processes run the tests.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reproduction"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            folder.mkdir()
            (folder / "exit code").write_text(str(_reproduce(folder)))
    output = (folder / "stdout").read_text() + (folder / "stderr").read_text()
    assert (folder / "exit code").read_text() == "0", output
    return folder


def _reproduce(folder: Path) -> int:
    """The exit code of the small reproduction."""
    options = ["--seeds", str(SEEDS), "--workers", "1"]  # side by side they cost one core
    options += ["--output", "figures", "--runs", "runs", "--logs", "logs"]
    command = [sys.executable, "-m", "reproduce", "all", *options]
    with (folder / "stdout").open("w") as stdout, (folder / "stderr").open("w") as stderr:
        ended = subprocess.run(command, stdout=stdout, stderr=stderr, cwd=folder, timeout=LONGEST)
    return ended.returncode
