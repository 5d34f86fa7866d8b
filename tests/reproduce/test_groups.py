"""Groups of seeds: dealt to processes, trained in the company they had."""

import json
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from short_runs import SHORT, group_of, provenance, run_of, trained

from reproduce.training.group_training import make_trainer, train_group
from reproduce.training.groups import deal, split
from reproduce.training.runs import Run
from reproduce.training.train import train_missing
from spectral.running.files import replacing, write_json


def one_after_the_other(**_: Any) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """In the place of joblib's Parallel: in this process."""
    return lambda tasks: (function(*arguments, **options) for function, arguments, options in tasks)


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
    monkeypatch.setattr("spectral.running.workers.cpu_count", lambda: 2)
    monkeypatch.setattr("reproduce.training.train.Parallel", one_after_the_other)
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


def test_a_seed_trained_again_for_its_company_is_not_written_again(tmp_path: Path) -> None:
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
    random_numbers = torch.get_rng_state()
    _, (seed,) = train_group(group, "cpu", threads + 1)
    assert seed.provenance["threads"] == threads + 1
    assert (torch.get_num_threads(), warnings.filters) == (threads, filters)
    assert torch.equal(torch.get_rng_state(), random_numbers)
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
    run = run_of(tmp_path, tuple(range(7)))
    train_missing([run], "cuda")
    assert made == ["cuda"]
    for record in run.records():
        assert record["provenance"]["trained_with_seeds"] == list(range(7))
        assert record["provenance"]["device"] == "a card"
