"""The bare training loop: one step by hand, rows held out, every seed at its best, by itself."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from spectral import Ensemble, SpectralMLP
from spectral.samples import Samples
from spectral.selection.best_state import BestState
from spectral.selection.held_out import hold_out
from spectral.selection.seed_training import TrainingSettings, train_seeds

INPUTS = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))
CLASSES = (INPUTS[:, 0] > 0).long()
NUMBERS = INPUTS[:, :2] * 2.0


def settings(**changes: Any) -> TrainingSettings:
    options: dict[str, Any] = {
        "hidden": (6, 5),
        "eigenvalue_penalty": 0.03,
        "eigenvector_penalty": 0.02,
        "learning_rate": 0.01,
        "max_epochs": 1,
        "batch_size": 60,
        "early_stopping": False,
        "validation_fraction": 0.2,
    }
    return TrainingSettings(**options | changes)


@pytest.mark.parametrize("targets", [CLASSES, NUMBERS])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_step_is_adam_on_the_weighted_loss_and_the_penalty(
    targets: Tensor, weighted: bool
) -> None:
    weights = torch.arange(1.0, 61.0) if weighted else None
    classes = None if targets.is_floating_point() else 2
    trained = train_seeds(Samples(INPUTS, targets, weights), classes, [3], settings())
    torch.manual_seed(3)
    network = SpectralMLP(4, 2, hidden=(6, 5))
    outputs = network(INPUTS)
    if classes is None:
        losses = ((outputs - targets) ** 2).mean(1)
    else:
        losses = -outputs.log_softmax(1)[torch.arange(60), targets]
    shares = torch.full((60,), 1 / 60) if weights is None else weights / weights.sum()
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01, eps=1e-7)
    ((losses * shares).sum() + network.first.penalty(0.03, 0.02)).backward()
    optimiser.step()
    member = dict(trained.ensemble.member(3).named_parameters())
    for name, parameter in network.named_parameters():
        torch.testing.assert_close(member[name], parameter, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(
        trained.relevance[0], network.first.relevance(), atol=1e-3, rtol=1e-3
    )


def test_a_seed_learns_the_same_in_any_company() -> None:
    samples = Samples(INPUTS, CLASSES)
    long = settings(max_epochs=30, batch_size=24, early_stopping=True)
    together = train_seeds(samples, 2, [5, 6, 7], long)
    alone = train_seeds(samples, 2, [6], long)
    assert alone.epochs[0] == together.epochs[1]
    torch.testing.assert_close(alone.relevance[0], together.relevance[1], rtol=1e-3, atol=1e-4)


def test_the_share_held_out_is_of_each_class_and_of_each_seed_its_own() -> None:
    targets = torch.tensor([0] * 20 + [1] * 10 + [2])
    rows = hold_out(targets, 0.1, seeds=[0, 1, 2], by_class=True)
    assert rows.validation.shape == (3, 3)
    for training, validation in zip(rows.training, rows.validation, strict=True):
        assert sorted([*training.tolist(), *validation.tolist()]) == list(range(31))
        assert targets[validation].bincount(minlength=3).tolist() == [2, 1, 0]
    assert len({tuple(sorted(held.tolist())) for held in rows.validation}) > 1
    alone = hold_out(targets, 0.1, seeds=[2], by_class=True)
    assert torch.equal(alone.validation[0], rows.validation[2])
    assert hold_out(targets, 0.1, seeds=[0], by_class=False).validation.shape == (1, 3)


def test_where_nothing_can_be_held_out_all_rows_are_looked_at() -> None:
    rows = hold_out(torch.arange(5), 0.1, seeds=[0], by_class=False)
    assert torch.equal(rows.training, rows.validation)


def test_every_seed_is_restored_to_its_own_best_epoch() -> None:
    ensemble = Ensemble(lambda: SpectralMLP(2, 1, hidden=(3,)), seeds=[0, 1, 2])
    bias = ensemble.get_parameter("network.last.bias")
    best = BestState(ensemble, patience=3)
    losses = np.array([[5, 5, np.nan], [4, 6, np.nan], [6, 4, np.nan], [3, 9, np.nan]])
    for epoch, of_seeds in enumerate(losses, start=1):
        with torch.no_grad():
            bias.fill_(float(epoch))
        best.update(epoch, torch.from_numpy(of_seeds).float())
    assert best.epochs.tolist() == [4, 3, 0]
    assert not best.all_ended(epoch=6)
    assert best.all_ended(epoch=7)
    best.update(9, torch.zeros(3))  # all have come to their ends before
    best.restore()
    assert bias.flatten().tolist() == [4, 3, 0]
