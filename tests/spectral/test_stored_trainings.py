"""Trainings that are stored are read, not trained again; damage and other data are seen."""

from pathlib import Path

import pytest
import torch

from spectral.running.stored_arrays import results_stored_in
from spectral.samples import Samples
from spectral.selection import dealt_seeds
from spectral.selection.dealt_seeds import train_in_processes
from spectral.selection.seed_training import TrainedSeeds, TrainingSettings

SETTINGS = TrainingSettings((8,), 1e-3, 1e-3, 0.01, 3, 50, True, 0.1)
INPUTS = torch.randn(120, 5, generator=torch.Generator().manual_seed(0))
SAMPLES = Samples(INPUTS, (INPUTS[:, 0] > 0).long())
SEEDS = range(7)


def train(folder: Path, samples: Samples = SAMPLES, seeds: range = SEEDS) -> list[TrainedSeeds]:
    with results_stored_in(folder):
        return train_in_processes(samples, 2, seeds, SETTINGS)


@pytest.fixture
def trained_groups(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The groups of seeds that are trained, from now on."""
    groups: list[list[int]] = []
    original = dealt_seeds.train_seeds

    def noted(samples: Samples, classes: int, seeds: range, *rest: object) -> TrainedSeeds:
        groups.append(list(seeds))
        return original(samples, classes, seeds, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(dealt_seeds, "train_seeds", noted)
    return groups


def test_what_is_stored_is_read_with_the_same_numbers(
    tmp_path: Path, trained_groups: list[list[int]]
) -> None:
    first = train(tmp_path)
    assert trained_groups == [[0, 1, 2, 3, 4], [5, 6]]
    second = train(tmp_path)
    assert len(trained_groups) == 2, "nothing is trained again"
    for one, other in zip(first, second, strict=True):
        assert torch.equal(one.relevance, other.relevance)
        assert torch.equal(one.epochs, other.epochs)
        assert torch.equal(one.ensemble(INPUTS), other.ensemble(INPUTS))
        assert one.ensemble.seeds == other.ensemble.seeds
        assert not other.ensemble.training


def test_a_group_that_is_missing_or_damaged_is_trained_again(
    tmp_path: Path, trained_groups: list[list[int]]
) -> None:
    whole = train(tmp_path)
    small, large = sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_size)
    large.unlink()
    content = bytearray(small.read_bytes())
    content[-1] ^= 1
    small.write_bytes(content)
    with pytest.warns(UserWarning, match=f"{small.name} is damaged .* trained again"):
        again = train(tmp_path)
    assert len(trained_groups) == 4
    assert torch.equal(whole[1].relevance, again[1].relevance)
    for length in (0, 4, len(content) // 2):
        small.write_bytes(content[:length])
        with pytest.warns(UserWarning, match="is damaged"):
            train(tmp_path)


def test_other_data_settings_and_seeds_are_trained(
    tmp_path: Path, trained_groups: list[list[int]]
) -> None:
    train(tmp_path)
    train(tmp_path, Samples(INPUTS + 0.1, SAMPLES.targets))
    train(tmp_path, Samples(INPUTS, SAMPLES.targets, torch.ones(120)))
    train(tmp_path, seeds=range(5))  # the first group of seven is the only one of five
    assert len(trained_groups) == 6


def test_without_a_folder_nothing_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained_groups: list[list[int]]
) -> None:
    monkeypatch.chdir(tmp_path)
    train(tmp_path / "inner")
    train_in_processes(SAMPLES, 2, SEEDS, SETTINGS)
    assert len(trained_groups) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


def test_a_folder_that_cannot_be_written_to_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.warns(UserWarning, match="is not stored: "):
        assert len(train(tmp_path / "file" / "folder")) == 2
