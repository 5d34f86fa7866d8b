"""Killed at any moment, started again: the same numbers; two at once do not spoil each other."""

import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import few_epochs
import numpy as np
import pytest
from short_runs import SHORT, run_of

from reproduce.commands import main
from reproduce.experiments import CORRELATED_GAUSSIANS, Schedule
from reproduce.training.checkpoints import LARGEST_SHARE, Checkpoints
from reproduce.training.runs import Run
from reproduce.training.train import train_missing
from spectral.running.one_sentence import run_command

COMMAND = ["figure2", "--seeds", "2", "--workers", "2", "--checkpoint-every", "0"]
VERDICTS = (0, 1, 2)
"""Exit codes after the figure is made, whatever few seeds of few epochs show."""

DIFFERS = ("trained", "seconds", "resumed_at_epochs")
"""What the provenance says of the time and not of the result."""


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module", autouse=True)
def quick_has_few_epochs() -> Iterator[None]:
    """In this process, too, the preset quick is what ``few_epochs.py`` makes of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CORRELATED_GAUSSIANS.presets, "quick", few_epochs.FEW_EPOCHS)
        yield


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts the command in a folder, in a process and a session of its own."""
    processes = []

    def start(folder: Path, *options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, few_epochs.__file__, *COMMAND, "--output", "figures", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # as in a foreground
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def finish(folder: Path, output: str = "figures") -> None:
    """The same command in this process, to its end."""
    options = ["--runs", str(folder / "runs"), "--output", str(folder / output)]
    with pytest.raises(SystemExit) as leaving:
        run_command(main, [*COMMAND, *options])
    assert leaving.value.code in VERDICTS


def wait_for_checkpoints(folder: Path, number: int, process: subprocess.Popen[str]) -> None:
    while len(list(folder.glob("runs/*/training-*.safetensors"))) < number:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def interrupt(process: subprocess.Popen[str], sent: signal.Signals = signal.SIGINT) -> None:
    """Send a signal to all processes, as a terminal does; one sentence is the answer."""
    os.killpg(process.pid, sent)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130, error
    assert error.strip().splitlines()[-1].startswith("Interrupted. ")
    assert "Traceback" not in error


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_workers_start_is_one_sentence_and_leaves_nothing(
    start: Start, tmp_path: Path, sent: signal.Signals
) -> None:
    process = start(tmp_path)
    assert process.stderr is not None
    assert "seeds to train" in process.stderr.readline()
    time.sleep(random.Random(time.time_ns()).uniform(0, 2))
    interrupt(process, sent)
    assert [file.name for file in tmp_path.glob("runs/*/.*")] == [".lock"]
    temporary = (Path("/dev/shm"), Path(tempfile.gettempdir()))
    assert not [file for folder in temporary for file in folder.glob(f"*{process.pid}*")]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_while_training_leaves_nothing_half_written(
    start: Start, workers: str, tmp_path: Path
) -> None:
    process = start(tmp_path, "--preset", "paper", "--workers", workers)
    wait_for_checkpoints(tmp_path, 1, process)
    interrupt(process)
    left = {path.suffix for path in tmp_path.rglob("*") if path.is_file() and path.name != ".lock"}
    assert left <= {".safetensors"}


def result(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """The JSON of a figure without the times in its provenance; and those."""
    content = json.loads(path.read_text())
    records = [record["provenance"] for record in content["provenance"]["seeds"]]
    times = [{name: record.pop(name) for name in DIFFERS} for record in records]
    return json.dumps(content), times


Whole = tuple[Path, float, str]


@pytest.fixture(scope="module")
def whole(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A folder in which two commands made the figure at once; how many seconds they took, and what
    the second, in this process, printed."""
    folder = tmp_path_factory.mktemp("whole")
    started = time.monotonic()
    first = start(folder)
    wait_for_checkpoints(folder, 1, first)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        finish(folder, output="second")
    ended = first.communicate()
    assert first.returncode in VERDICTS, ended
    return folder, time.monotonic() - started, said.getvalue()


@pytest.mark.timeout(900)  # beside other work each start takes a while
def test_of_two_at_once_one_trains_and_the_other_waits(whole: Whole) -> None:
    folder, _, said = whole
    assert "another process is training Correlated Gaussians" in said
    assert "seeds to train" not in said
    made, again = (folder / output / "figure2.json" for output in ("figures", "second"))
    assert made.read_bytes() == again.read_bytes()


@pytest.mark.timeout(900)
def test_killed_at_random_it_ends_with_the_same_bytes(
    whole: Whole, start: Start, tmp_path: Path
) -> None:
    folder, seconds, _ = whole
    process = start(tmp_path)
    wait_for_checkpoints(tmp_path, 2, process)
    kill(process)
    process = start(tmp_path)
    time.sleep(random.Random(time.time_ns()).uniform(0.1, 0.9) * seconds)
    kill(process)
    finish(tmp_path)
    expected, _ = result(folder / "figures/figure2.json")
    found, times = result(tmp_path / "figures/figure2.json")
    assert found == expected
    assert any(time["resumed_at_epochs"] for time in times)
    left = {file.name for file in tmp_path.glob("runs/*/*")}
    assert left == {".lock", "config.json"} | {
        f"seed-0{seed}.{suffix}" for seed in range(2) for suffix in ("json", "safetensors")
    }


@pytest.mark.parametrize("epochs", [1, 3, 4, 5])
def test_training_goes_on_from_any_epoch_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epochs: int
) -> None:
    """Of six, with the learning rate falling over the last three."""
    quick = Schedule(epochs=6, learning_rate=0.01, cooldown=3)
    short = replace(SHORT, presets={"quick": quick})
    whole, cut = (Run(short, "quick", (0, 3), tmp_path / name) for name in ("whole", "cut"))
    train_missing([whole], "cpu", workers=1)
    saved_at_end = Checkpoints.on_train_epoch_end

    def interrupt(checkpoints: Checkpoints, trainer: Any, module: Any) -> None:
        saved_at_end(checkpoints, trainer, module)
        if trainer.current_epoch + 1 == epochs:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "on_train_epoch_end", interrupt)
        patch.setattr("reproduce.training.checkpoints.LARGEST_SHARE", 1e9)
        with pytest.raises(KeyboardInterrupt):
            train_missing([cut], "cpu", workers=1, checkpoint_seconds=0)
    train_missing([cut], "cpu", workers=1)
    for seed in whole.seeds:
        name = f"seed-{seed:02d}.safetensors"
        assert (cut.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert cut.records()[0]["provenance"]["resumed_at_epochs"] == [epochs]


class SlowTrainer:
    """Stands in for a Trainer whose checkpoints take a while."""

    max_epochs = 100
    seconds = 0.02

    def __init__(self) -> None:
        self.current_epoch = 0
        self.saved: list[tuple[int, Path]] = []

    def save_checkpoint(self, path: Path) -> None:
        time.sleep(self.seconds)
        self.saved.append((self.current_epoch, path))


def test_checkpoints_wait_until_they_cost_little(tmp_path: Path) -> None:
    trainer: Any = SlowTrainer()
    checkpoints = Checkpoints(tmp_path / "training.safetensors", 0)
    saved_at: list[float] = []
    while len(saved_at) < 3:
        checkpoints.on_train_epoch_end(trainer, trainer)
        if len(trainer.saved) > len(saved_at):
            saved_at.append(time.monotonic())
        time.sleep(0.01)
    pauses = np.diff(saved_at) - SlowTrainer.seconds
    assert pauses.min() >= 0.99 * SlowTrainer.seconds / LARGEST_SHARE
    checkpoints.due = 0
    trainer.current_epoch = trainer.max_epochs - 1
    before = len(trainer.saved)
    checkpoints.on_train_epoch_end(trainer, trainer)
    assert len(trainer.saved) == before, "the last epoch is stored as the result"


def test_a_checkpoint_that_cannot_be_written_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(tmp_path, (0,))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pytorch_lightning.Trainer.save_checkpoint", full)
    with pytest.warns(UserWarning, match="No space left"):
        train_missing([run], "cpu", workers=1, checkpoint_seconds=0)
    assert run.missing_seeds() == []
