"""Stored runs: whole or not there, never trained twice, damage noticed."""

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
import pytorch_lightning as pl
import torch

from reproduce.commands import main
from reproduce.experiments import INDEPENDENT_GAUSSIANS, Schedule
from reproduce.files import replacing, write_json
from reproduce.training.configuration import code_digest, digest_of_files
from reproduce.training.group_training import make_trainer, train_group
from reproduce.training.groups import Group, deal, split
from reproduce.training.runs import Run
from reproduce.training.seed_files import TrainedSeed
from reproduce.training.train import train_missing
from spectral.datasets.paper import INDEPENDENT_DATA

SHORT = replace(INDEPENDENT_GAUSSIANS, presets={"quick": Schedule(epochs=2, learning_rate=0.01)})


def run_of(root: Path, seeds: tuple[int, ...]) -> Run:
    return Run(SHORT, "quick", seeds, root)


def trained(run: Run, seed: int) -> TrainedSeed:
    """A seed as training returns it, without the training."""
    member = run.experiment.make_classifier(run.schedule, [seed]).ensemble.member(seed)
    state = {name: tensor.numpy() for name, tensor in member.state_dict().items()}
    history = {"epochs": np.array([0]), "relevance": np.zeros((1, 10), np.float32)}
    return TrainedSeed(seed, state, history, {"test/accuracy": 0.5}, provenance(seed))


def provenance(*company: int) -> dict[str, Any]:
    """Of seeds that trained in this company."""
    return {
        "trained": "today",
        "seconds": 1.0,
        "trained_with_seeds": list(company),
        "device": "none",
        "data_sha256": "0" * 64,
        "versions": {},
    }


def group_of(run: Run) -> Group:
    return Group(run.experiment, run.schedule, run.seeds, run.digest, run.folder)


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = run_of(tmp_path_factory.mktemp("stored") / "runs", (0, 1, 2))
    train_missing([run], "cpu", workers=2)
    return run


def test_training_stores_every_seed_with_metrics_and_provenance(stored: Run) -> None:
    assert stored.missing_seeds() == []
    for seed, record in zip(stored.seeds, stored.records(), strict=True):
        assert record["seed"] == seed
        assert record["metrics"]["test/accuracy"] > 0.9
        assert {"seconds", "device", "data_sha256", "versions"} <= set(record["provenance"])
    config = json.loads((stored.folder / "config.json").read_text())
    assert config["code_sha256"] == code_digest() == record["provenance"]["code_sha256"]
    assert config["data_sha256"] == stored.data.checksum() == record["provenance"]["data_sha256"]
    assert config["schedule"] == {"epochs": 2, "learning_rate": 0.01, "cooldown": 0}


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
    train_missing([again], "cpu", workers=2)
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
    longer = replace(SHORT, presets={"quick": Schedule(epochs=3, learning_rate=0.01)})
    assert Run(longer, "quick", (0,), tmp_path).folder != folder
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


def groups_of(run: Run, processes: int = 2, largest: int = 5) -> list[tuple[int, ...]]:
    return [group.seeds for group in deal([run], processes, largest)]


def test_seeds_are_dealt_evenly_in_groups_not_too_large(tmp_path: Path) -> None:
    assert groups_of(run_of(tmp_path, tuple(range(5)))) == [(0, 1, 2), (3, 4)]
    assert groups_of(run_of(tmp_path, (7,)), processes=4) == [(7,)]
    assert [len(group) for group in split(range(50), processes=2, largest=5)] == [5] * 10
    assert split(range(10), processes=1, largest=10) == [tuple(range(10))]  # as on a GPU


def test_groups_do_not_depend_on_what_is_missing(tmp_path: Path) -> None:
    run = run_of(tmp_path, tuple(range(4)))
    for seed, company in ((0, [0, 1]), (1, [0, 1]), (2, [2, 3])):
        run.store(replace(trained(run, seed), provenance=provenance(*company)))
    assert groups_of(run) == [(2, 3)]  # seed 2 once more, so that 3 has its company
    more = run_of(tmp_path, tuple(range(6)))
    assert groups_of(more) == [(3, 4, 5)]
    assert groups_of(replace(more, seeds=(1, 3, 7)), processes=1) == [(3, 7)]


def test_a_seed_lost_while_its_group_was_stored_gets_its_company_back(tmp_path: Path) -> None:
    run = run_of(tmp_path, tuple(range(5)))
    for seed, company in ((0, [0, 1]), (1, [0, 1]), (2, [2, 3, 4])):
        run.store(replace(trained(run, seed), provenance=provenance(*company)))
    assert groups_of(run, processes=1) == [(2, 3, 4)]


def test_threads_and_groups_are_those_of_all_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is complete counts as well: a killed command goes on as it began."""
    monkeypatch.setattr("reproduce.training.train.cpu_count", lambda: 2)
    monkeypatch.setattr("reproduce.training.workers.cpu_count", lambda: 2)
    both = [
        Run(replace(SHORT, name=name, title=name), "quick", (0,), tmp_path) for name in ("a", "b")
    ]
    train_missing(both, "cpu")
    (both[1].folder / "seed-00.json").unlink()
    both = [replace(run) for run in both]
    train_missing(both, "cpu")
    assert [run.records()[0]["provenance"]["threads"] for run in both] == [1, 1]


def test_what_a_killed_process_half_wrote_is_cleared(tmp_path: Path) -> None:
    run = run_of(tmp_path, (0,))
    run.folder.mkdir()
    (run.folder / ".abc.safetensors").write_bytes(b"half")
    group_of(run).report.write_text("{}")
    with run.locked():
        assert [file.name for file in run.folder.iterdir()] == [".lock"]


def test_a_seed_trained_again_for_its_company_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reproduce.training.train.cpu_count", lambda: 1)
    run = run_of(tmp_path, (0, 1))
    train_missing([run], "cpu", workers=1)
    first = {file.name: file.read_bytes() for file in run.folder.glob("seed-*")}
    (run.folder / "seed-01.json").unlink()
    train_missing([replace(run)], "cpu", workers=1)
    assert (run.folder / "seed-00.json").read_bytes() == first["seed-00.json"]
    name = "seed-01.safetensors"
    assert (run.folder / name).read_bytes() == first[name]


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
    assert {file.name for file in run.folder.glob(".*")} <= {".lock"}


def test_a_progress_report_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    group = replace(group_of(run_of(tmp_path, (4,))), folder=tmp_path)
    group.report.mkdir()
    _, trained_seeds = train_group(group, "cpu", 1)
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


def test_a_group_trained_in_this_process_leaves_it_as_it_was(tmp_path: Path) -> None:
    group = replace(group_of(run_of(tmp_path, (4,))), folder=tmp_path)
    threads, filters = torch.get_num_threads(), [*warnings.filters]
    tiny = torch.tensor(1e-40)
    _, (seed,) = train_group(group, "cpu", threads + 1)
    assert seed.provenance["threads"] == threads + 1
    assert (torch.get_num_threads(), warnings.filters) == (threads, filters)
    assert (tiny * 0.5).item() > 0, "numbers too small for the usual format are kept again"
    assert seed.seed == 4
    assert np.isfinite(seed.state["first.eigenvalues_in"]).all()
    assert json.loads(group.report.read_text())["epochs"] == 2


def test_a_gpu_trains_all_seeds_as_one_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way of ``--device cuda``, with the CPU in the place of the card."""
    made: list[str] = []

    def make_cpu_trainer(epochs: int, device: str, *others: Any) -> pl.Trainer:
        made.append(device)
        return make_trainer(epochs, "cpu", *others)

    monkeypatch.setattr("reproduce.training.group_training.make_trainer", make_cpu_trainer)
    monkeypatch.setattr("torch.cuda.get_device_name", lambda: "a card")
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("reproduce.training.train.cpu_count", lambda: 1)
    run = run_of(tmp_path, tuple(range(7)))
    train_missing([run], "cuda")
    assert made == ["cuda"]
    for record in run.records():
        assert record["provenance"]["trained_with_seeds"] == list(range(7))
        assert record["provenance"]["device"] == "a card"
