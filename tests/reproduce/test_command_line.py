"""What the commands do with Ctrl-C, odd environments and odd output: one sentence, no traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAPER = str(ROOT / "figures" / "paper")
WAYS_IN = {
    "module": ["-m", "reproduce", "all"],
    "script": [str(ROOT / "reproduce" / "figure3.py")],
    "console script": ["-c", "from reproduce.__main__ import reproduce_all; reproduce_all()"],
}


@pytest.mark.parametrize(
    ("way_in", "imported", "number"),
    [
        ("module", "click", signal.SIGINT),
        ("module", "spectral.arguments", signal.SIGINT),
        ("module", "torch.nn", signal.SIGTERM),
        ("script", "numpy", signal.SIGINT),
        ("console script", "torch.nn", signal.SIGINT),
    ],
)
def test_an_interruption_while_python_imports_is_one_sentence(
    way_in: str, imported: str, number: signal.Signals, tmp_path: Path
) -> None:
    """``-X importtime`` tells on standard error what has been imported."""
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", *WAYS_IN[way_in]],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in a background
    )
    assert process.stderr is not None
    while not (line := process.stderr.readline()).rstrip().endswith(f" {imported}"):
        assert line, f"{imported} is not imported"
    process.send_signal(number)
    error = process.stderr.read()
    assert process.wait(timeout=60) == 130
    assert error.splitlines()[-1].startswith("Interrupted. ")
    assert "Traceback" not in error
    assert not list(tmp_path.iterdir())


def test_whatever_started_it_in_the_background_keeps_ctrl_c_ignored() -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "reproduce", "check", "--help"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert process.stderr is not None
    while not process.stderr.readline().rstrip().endswith(" numpy"):
        pass
    process.send_signal(signal.SIGINT)
    process.stderr.read()
    assert process.wait(timeout=60) == 0


def test_an_odd_encoding_or_backend_does_not_matter() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "reproduce", "check", PAPER],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "MPLBACKEND": "nonsense"},
    )
    assert ended.returncode == 0, ended.stderr
    assert not ended.stderr
    output = ended.stdout.decode("cp1252")
    assert "17 of 17 claims hold" in output
    assert output.count(" holds ") >= 17


USE_LIGHTNING = (
    "reproduce.training.checkpoint_files",
    "reproduce.training.checkpoints",
    "reproduce.training.group_training",
    "reproduce.training.progress_reports",
    "spectral.batches",
    "spectral.history",
    "spectral.metrics",
    "spectral.training",
)

IMPORTED_FIRST = """
import importlib.abc, os, sys
import torch._dynamo  # what takes long, once

class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in ("pytorch_lightning", "torchmetrics"):
            os._exit("spectral.torchvision_operators" not in sys.modules)

sys.meta_path.insert(0, Watch())
for module in sys.argv[1:]:
    child = os.fork()
    if not child:
        __import__(module)
        os._exit(2)
    print(module, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_torchvision_is_mended_before_lightning_is_imported() -> None:
    """See spectral/torchvision_operators.py; a worker process imports nothing else before."""
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTED_FIRST, *USE_LIGHTNING],
        capture_output=True,
        text=True,
    )
    assert ended.stdout.splitlines() == [f"{module} 0" for module in USE_LIGHTNING], ended.stderr
