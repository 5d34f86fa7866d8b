"""What a regressor standardises its targets by, and when it reads that anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

from spectral import SpectralRegressor

INPUTS = torch.randn(200, 4, generator=torch.Generator().manual_seed(0))


def fit(regressor: SpectralRegressor, batches: DataLoader, **options: Any) -> pl.Trainer:
    quiet: dict = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = pl.Trainer(**({"max_epochs": 1, "accelerator": "cpu"} | quiet | options))
    trainer.fit(regressor, batches)
    return trainer


def around(mean: float) -> DataLoader:
    return DataLoader(TensorDataset(INPUTS, mean + INPUTS[:, 0]), batch_size=50)


class Stream(IterableDataset):
    """Batches whose targets are their numbers; without an end, or with one that nobody tells."""

    def __init__(self, end: float = float("inf")) -> None:
        self.end = end

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        number = 0
        while number < self.end:
            yield INPUTS[:4], torch.full((4,), float(number))
            number += 1


@pytest.mark.parametrize(
    ("end", "options", "read"),
    [
        (float("inf"), {"max_steps": 3, "max_epochs": -1}, 1000),
        (float("inf"), {"limit_train_batches": 3}, 3),
        (10, {}, 10),
    ],
)
def test_a_loader_without_a_length_is_read_as_far_as_it_is_trained_or_1000_batches(
    end: float, options: dict[str, Any], read: int
) -> None:
    regressor = SpectralRegressor(4, hidden=(5,))
    fit(regressor, DataLoader(Stream(end), batch_size=None), **options)
    assert float(regressor.target_mean) == pytest.approx((read - 1) / 2)


def test_a_training_that_starts_anew_reads_its_own_targets() -> None:
    regressor = SpectralRegressor(4, hidden=(5,))
    for mean in (10.0, 500.0):
        fit(regressor, around(mean))
        assert float(regressor.target_mean) == pytest.approx(mean, abs=1)


def test_what_a_checkpoint_tells_of_the_targets_stays(tmp_path: Path) -> None:
    regressor = SpectralRegressor(4, hidden=(5,))
    fit(regressor, around(10.0)).save_checkpoint(tmp_path / "one.ckpt")
    mean = regressor.target_mean.clone()
    loaded = SpectralRegressor.load_from_checkpoint(tmp_path / "one.ckpt")
    fit(loaded, around(500.0))
    assert torch.equal(loaded.target_mean, mean)
    resumed = SpectralRegressor(4, hidden=(5,))
    trainer = pl.Trainer(max_epochs=2, accelerator="cpu", logger=False, enable_checkpointing=False)
    trainer.fit(resumed, around(500.0), ckpt_path=tmp_path / "one.ckpt")
    assert torch.equal(resumed.target_mean, mean)
    regressor.load_state_dict(resumed.state_dict())
    fit(regressor, around(500.0))
    assert torch.equal(regressor.target_mean, mean)


def test_what_the_user_standardises_by_stays() -> None:
    regressor = SpectralRegressor(4, hidden=(5,))
    fit(regressor, around(10.0))
    regressor.standardise_by(around(30.0))
    fit(regressor, around(500.0))
    assert float(regressor.target_mean) == pytest.approx(30.0, abs=1)
