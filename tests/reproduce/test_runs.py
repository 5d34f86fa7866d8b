"""Stored runs: whole or not there, never trained twice, damage noticed."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from reproduce.experiments import INDEPENDENT_GAUSSIANS, Schedule
from reproduce.files import replacing, write_json
from reproduce.runs import Run, TrainedSeed
from reproduce.training import Group, deal, train_group, train_missing

SHORT = replace(INDEPENDENT_GAUSSIANS, presets={"quick": Schedule(epochs=2, learning_rate=0.01)})


def run_of(root: Path, seeds: tuple[int, ...]) -> Run:
    return Run(SHORT, "quick", seeds, root)


def trained(run: Run, seed: int) -> TrainedSeed:
    """A seed as training returns it, without the training."""
    member = run.experiment.make_classifier(run.schedule, [seed]).ensemble.member(seed)
    state = {name: tensor.numpy() for name, tensor in member.state_dict().items()}
    return TrainedSeed(seed, state, {"test/accuracy": 0.5}, {"device": "none"})


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = run_of(tmp_path_factory.mktemp("runs"), (0, 1, 2))
    train_missing([run], "cpu", workers=2)
    return run


def test_training_stores_every_seed_with_metrics_and_provenance(stored: Run) -> None:
    assert stored.missing_seeds() == []
    for seed, record in zip(stored.seeds, stored.records(), strict=True):
        assert record["seed"] == seed
        assert record["metrics"]["test/accuracy"] > 0.9
        assert {"seconds", "device", "data_sha256", "versions"} <= set(record["provenance"])
    config = json.loads((stored.folder / "config.json").read_text())
    assert config["schedule"] == {"epochs": 2, "learning_rate": 0.01}


def test_stored_seeds_give_the_accuracy_they_were_stored_with(stored: Run) -> None:
    inputs, labels = stored.data.test
    with torch.inference_mode():
        hits = (stored.classifier(inputs).argmax(-1) == labels).float().mean(-1)
    expected = [record["metrics"]["test/accuracy"] for record in stored.records()]
    assert hits.tolist() == pytest.approx(expected, abs=1e-4)


def test_only_missing_seeds_are_trained(stored: Run) -> None:
    before = {file: file.stat().st_mtime_ns for file in stored.folder.iterdir()}
    more = run_of(stored.root, (1, 5))
    assert more.missing_seeds() == [5]
    train_missing([more], "cpu", workers=2)
    assert more.missing_seeds() == []
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_the_same_seeds_give_the_same_bytes(stored: Run, tmp_path: Path) -> None:
    again = run_of(tmp_path, stored.seeds)
    train_missing([again], "cpu", workers=2)
    for seed in stored.seeds:
        name = f"seed-{seed:02d}.safetensors"
        assert (again.folder / name).read_bytes() == (stored.folder / name).read_bytes()


@pytest.mark.parametrize("suffix", ["safetensors", "json"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 50])
def test_damaged_files_are_named_and_set_aside(tmp_path: Path, suffix: str, damage: bytes) -> None:
    run = run_of(tmp_path, (0, 1))
    for seed in run.seeds:
        run.store(trained(run, seed))
    file = run.folder / f"seed-01.{suffix}"
    file.write_bytes(damage)
    with pytest.warns(UserWarning, match="seed 1 of .* is damaged"):
        assert run.missing_seeds() == [1]
    assert (run.folder / f"seed-01.{suffix}.damaged").read_bytes() == damage
    run.store(trained(run, 1))
    assert run.missing_seeds() == []


def test_another_configuration_has_another_folder(tmp_path: Path) -> None:
    longer = replace(SHORT, presets={"quick": Schedule(epochs=3, learning_rate=0.01)})
    assert Run(longer, "quick", (0,), tmp_path).folder != run_of(tmp_path, (0,)).folder
    assert run_of(tmp_path, (0,)).folder == run_of(tmp_path, (4, 5)).folder


def test_seeds_are_dealt_evenly(tmp_path: Path) -> None:
    groups = list(deal([run_of(tmp_path, tuple(range(5)))], 2, tmp_path))
    assert [group.seeds for group in groups] == [(0, 1, 2), (3, 4)]
    few = list(deal([run_of(tmp_path, (7,))], 4, tmp_path))
    assert [group.seeds for group in few] == [(7,)]


def test_a_full_disk_loses_no_finished_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(tmp_path, (0, 1))
    run.store(trained(run, 0))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            run.store(trained(run, 1))
    assert run.missing_seeds() == [1]
    assert not list(run.folder.glob(".*"))


def test_a_progress_report_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    run = run_of(tmp_path, (4,))
    group = Group(run.experiment, run.schedule, (4,), Path("/dev/full/report.json"))
    try:
        _, trained_seeds = train_group(group, "cpu", torch.get_num_threads())
    finally:
        torch.set_flush_denormal(False)
    assert [trained.seed for trained in trained_seeds] == [4]


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    write_json(path, {"a": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"a": float("nan")})

    def write_half() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        write_half()
    assert json.loads(path.read_text()) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["values.json"]


def test_a_group_can_be_trained_in_this_process(tmp_path: Path) -> None:
    run = run_of(tmp_path, (4,))
    group = Group(run.experiment, run.schedule, (4,), tmp_path / "report.json")
    threads = torch.get_num_threads()
    try:
        _, (seed,) = train_group(group, "cpu", threads)
    finally:
        torch.set_flush_denormal(False)
    assert seed.seed == 4
    assert np.isfinite(seed.state["first.eigenvalues_in"]).all()
    assert json.loads(group.report.read_text())["epochs"] == 2
