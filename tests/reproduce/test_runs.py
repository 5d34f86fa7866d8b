"""Stored runs: whole or not there, never trained twice, damage noticed."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
import torch
from short_runs import SHORT, group_of, names_in, run_of, trained

from reproduce.commands import main
from reproduce.experiments import Schedule
from reproduce.training.configuration import code_digest
from reproduce.training.group_training import train_group
from reproduce.training.runs import Run
from reproduce.training.train import train_missing
from spectral.datasets.paper import INDEPENDENT_DATA
from spectral.running.files import digest_of_files


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = run_of(tmp_path_factory.mktemp("stored") / "runs", (0, 1, 2))
    train_missing([run], "cpu", workers=1)
    return run


def test_training_stores_every_seed_with_metrics_and_provenance(stored: Run) -> None:
    assert stored.missing_seeds() == []
    for seed, record in zip(stored.seeds, stored.records(), strict=True):
        assert record["seed"] == seed
        assert 0 < record["metrics"]["test/accuracy"] <= 1
        assert {"seconds", "device", "data_sha256", "versions"} <= set(record["provenance"])
    config = json.loads((stored.folder / "config.json").read_text())
    assert config["code_sha256"] == code_digest() == record["provenance"]["code_sha256"]
    assert config["data_sha256"] == stored.data.checksum() == record["provenance"]["data_sha256"]
    assert config["schedule"] == {
        "epochs": 2,
        "learning_rate": 0.01,
        "cooldown": 0,
        "validations": 10,
        "records": 100,
    }


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
    train_missing([more], "cpu", workers=1)
    assert more.missing_seeds() == []
    del before[stored.folder / ".lock"]
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_runs_of_two_machines_merge_by_copying(tmp_path: Path) -> None:
    here, there = run_of(tmp_path / "here", (0, 7)), run_of(tmp_path / "there", (3,))
    for run in (here, there):
        for seed in run.seeds:
            run.store(trained(run, seed))
    shutil.copytree(there.root, here.root, dirs_exist_ok=True)
    merged = run_of(here.root, (0, 3, 7))
    assert merged.missing_seeds() == []
    assert merged.classifier.seeds == (0, 3, 7)


def test_the_same_seeds_give_the_same_bytes(stored: Run, tmp_path: Path) -> None:
    again = run_of(tmp_path, stored.seeds)
    train_missing([again], "cpu", workers=1)
    for seed in stored.seeds:
        name = f"seed-{seed:02d}.safetensors"
        assert (again.folder / name).read_bytes() == (stored.folder / name).read_bytes()


@pytest.mark.parametrize("suffix", ["safetensors", "json"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"[" * 10_000, b"\xff" * 50])
def test_damaged_files_are_named_and_set_aside(tmp_path: Path, suffix: str, damage: bytes) -> None:
    run = run_of(tmp_path, (0, 1))
    for seed in run.seeds:
        run.store(trained(run, seed))
    file = run.folder / f"seed-01.{suffix}"
    file.write_bytes(damage)
    run = run_of(tmp_path, run.seeds)
    with pytest.warns(UserWarning, match=r"seed 1 of .* is damaged .*seed-01\."), run.locked():
        assert run.missing_seeds() == [1]
    assert (run.folder / f"seed-01.{suffix}.damaged").read_bytes() == damage
    run.store(trained(run, 1))
    assert run.missing_seeds() == run_of(tmp_path, run.seeds).missing_seeds() == []


@pytest.mark.parametrize("suffixes", [("safetensors",), ("json",), ("safetensors", "json")])
def test_swapped_files_are_noticed(tmp_path: Path, suffixes: tuple[str, ...]) -> None:
    run = run_of(tmp_path, (0, 1, 2))
    for seed in run.seeds:
        run.store(trained(run, seed))
    for suffix in suffixes:
        first, second = (run.folder / f"seed-0{seed}.{suffix}" for seed in (0, 1))
        first.rename(tmp_path / "first")
        second.rename(first)
        (tmp_path / "first").rename(second)
    assert run_of(tmp_path, run.seeds).missing_seeds() == [0, 1]


def test_weights_of_another_seed_are_noticed_whatever_their_record_says(tmp_path: Path) -> None:
    run = run_of(tmp_path, (0, 1))
    run.store(trained(run, 0))
    for suffix in ("json", "safetensors"):
        shutil.copy(run.folder / f"seed-00.{suffix}", run.folder / f"seed-01.{suffix}")
    record = run.folder / "seed-01.json"
    record.write_text(record.read_text().replace('"seed": 0', '"seed": 1'))
    run = run_of(tmp_path, run.seeds)
    with pytest.warns(UserWarning, match=r"seed-01.safetensors is of seed 0"), run.locked():
        assert run.missing_seeds() == [1]


def test_seeds_of_another_configuration_are_noticed(tmp_path: Path) -> None:
    longer = replace(SHORT, presets={"quick": Schedule(epochs=3, learning_rate=0.01)})
    other, run = Run(longer, "quick", (0,), tmp_path), run_of(tmp_path, (0,))
    other.store(trained(other, 0))
    other.folder.rename(run.folder)
    with pytest.warns(UserWarning, match="of another configuration"), run.locked():
        assert run.missing_seeds() == [0]


def test_reading_changes_nothing_and_reads_each_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(tmp_path, (0, 1, 2))
    for seed in (0, 1):
        run.store(trained(run, seed))
    run.store(trained(run, 2))
    (run.folder / "seed-02.json").write_text("{}")
    before = {file: file.stat().st_mtime_ns for file in run.folder.iterdir()}
    read: list[str] = []
    read_bytes = Path.read_bytes

    def counted(path: Path) -> bytes:
        if path.parent == run.folder:
            read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    again = run_of(tmp_path, (0, 1, 2))
    assert again.missing_seeds() == again.missing_seeds() == [2]
    stored = replace(again, seeds=(0, 1))
    assert stored.missing_seeds() == []
    assert stored.classifier.seeds == (0, 1)
    assert len(stored.records()) == len(stored.history[1]) == 2
    assert {file: file.stat().st_mtime_ns for file in run.folder.iterdir()} == before
    pairs = [f"seed-0{seed}.{suffix}" for seed in (0, 1) for suffix in ("json", "safetensors")]
    assert sorted(read) == sorted([*pairs, "seed-02.json", *pairs])


def test_a_file_that_may_not_be_read_is_not_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(tmp_path, (0,))
    run.store(trained(run, 0))
    before = names_in(run.folder)

    def forbidden(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(PermissionError, match=r"seed-00.json"):
        train_missing([run_of(tmp_path, (0,))], "cpu", workers=1)
    assert names_in(run.folder) == before


def test_another_configuration_has_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_of(tmp_path, (0,)).folder
    assert run_of(tmp_path, (4, 5)).folder == folder
    for schedule in (Schedule(3, 0.01), Schedule(2, 0.01, records=5)):
        other = replace(SHORT, presets={"quick": schedule})
        assert Run(other, "quick", (0,), tmp_path).folder != folder
    with monkeypatch.context() as patch:
        patch.setattr("reproduce.training.configuration.code_digest", lambda: "other code")
        assert run_of(tmp_path, (0,)).folder != folder
    with monkeypatch.context() as patch:
        larger = replace(INDEPENDENT_DATA, largest_distance=1.5)
        patch.setattr("spectral.datasets.independent_gaussians.DATA", larger)
        assert run_of(tmp_path, (0,)).folder != folder


def test_the_digest_of_code_is_of_names_and_lines(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    one, two = tmp_path / "one.py", tmp_path / "inner" / "two.py"
    one.write_bytes(b"a = 1\nb = 2\n")
    two.write_bytes(b"c = 3\n")
    digest = digest_of_files(tmp_path, [one, two])
    assert digest_of_files(tmp_path, [two, one]) == digest
    one.write_bytes(b"a = 1\r\nb = 2\r\n")
    assert digest_of_files(tmp_path, [one, two]) == digest
    one.write_bytes(b"a = 1\nb = 3\n")
    assert digest_of_files(tmp_path, [one, two]) != digest


def test_a_worker_with_other_code_is_refused(tmp_path: Path) -> None:
    group = replace(group_of(run_of(tmp_path, (0,))), configuration="of other code")
    with pytest.raises(OSError, match="has other code or data than the command"):
        train_group(group, "cpu", torch.get_num_threads())


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be locked or written in folders of runs (tests may run as root)."""
    mkdir = Path.mkdir

    def refuse(path: Path, *arguments: Any, **options: Any) -> None:
        if "runs" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        mkdir(path, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)


@pytest.mark.usefixtures("read_only")
def test_stored_seeds_of_a_read_only_folder_are_drawn(stored: Run, tmp_path: Path) -> None:
    assert "runs" in stored.root.parts
    before = {file: file.stat().st_mtime_ns for file in stored.folder.iterdir()}
    train_missing([run_of(stored.root, stored.seeds)], "cpu")
    assert {file: file.stat().st_mtime_ns for file in stored.folder.iterdir()} == before


@pytest.mark.usefixtures("read_only")
def test_missing_seeds_of_a_read_only_folder_are_one_sentence_before_training(
    tmp_path: Path,
) -> None:
    arguments = ["figure2", "--output", str(tmp_path / "figures"), "--runs", str(tmp_path / "runs")]
    with pytest.raises(click.ClickException, match="cannot be written to: Permission denied"):
        main.main(arguments, standalone_mode=False)
    assert not (tmp_path / "runs").exists()
