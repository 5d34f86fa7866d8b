"""A real Dask cluster on the loopback: a scheduler and two workers."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from distributed import Client

from reproduce.experiments import INDEPENDENT_GAUSSIANS, Schedule
from reproduce.training.group_training import train_group
from reproduce.training.groups import LARGEST_GROUP, deal
from reproduce.training.runs import Run
from reproduce.training.train import train_missing

LONGER = replace(INDEPENDENT_GAUSSIANS, presets={"quick": Schedule(epochs=8, learning_rate=0.01)})


def serve(role: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{role}", *arguments, "--no-dashboard"],
        stderr=subprocess.DEVNULL,
    )


Cluster = tuple[str, list[subprocess.Popen[bytes]]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """The address of a scheduler, and the processes of its two workers."""
    file = tmp_path / "scheduler.json"
    options = ("--scheduler-file", str(file))
    scheduler = serve("scheduler", "--host", "127.0.0.1", "--port", "0", *options)
    while not file.exists():
        assert scheduler.poll() is None
        time.sleep(0.05)
    workers = [
        serve("worker", *options, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        for _ in range(2)
    ]
    try:
        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(2, timeout=60)
            client.run(import_module, "reproduce.training.group_training")  # both begin at once
            address = client.scheduler.address
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def run_of(root: Path) -> Run:
    return Run(LONGER, "quick", (0, 1), root)


def weights(run: Run) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in run.folder.glob("seed-*.safetensors")}


def trained_here(root: Path) -> Run:
    """The run as two workers would train it, in this process."""
    run = run_of(root)
    groups = [*deal([run], processes=2, largest=LARGEST_GROUP)]
    assert [group.seeds for group in groups] == [(0,), (1,)]
    for group in groups:
        for seed in train_group(group, "cpu", threads=1)[1]:
            run.store(seed)
    return run


@pytest.mark.timeout(900)  # beside other work each start takes a while
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    cluster: Cluster, tmp_path: Path
) -> None:
    address, workers = cluster
    disturbed = run_of(tmp_path / "disturbed")

    def kill_one() -> None:
        deadline = time.monotonic() + 300
        while len(list(disturbed.folder.glob("training-*.safetensors"))) < 2:
            if time.monotonic() > deadline:
                return
            time.sleep(0.01)
        os.kill(workers[0].pid, 9)

    killer = threading.Thread(target=kill_one)
    killer.start()
    train_missing([disturbed], "cpu", dask=address, checkpoint_seconds=0)
    killer.join()
    assert weights(disturbed) == weights(trained_here(tmp_path / "local"))
    resumed = [record["provenance"]["resumed_at_epochs"] for record in disturbed.records()]
    assert [] in resumed, "the other worker's seed is not trained again"
    assert any(resumed), "the killed worker's seed goes on from its checkpoint"


def test_no_scheduler_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spectral.running.workers.DASK_TIMEOUT", 1)
    with pytest.raises(OSError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9: "):
        train_missing([run_of(tmp_path)], "cpu", dask="tcp://127.0.0.1:9")
    for address in ("nonsense://x", "tls://127.0.0.1:9", "ucx://x"):
        with pytest.raises(OSError, match=f"no Dask scheduler answers at {address}: "):
            train_missing([run_of(tmp_path)], "cpu", dask=address)
