"""On a graphics card, where there is one: numbers and verdicts are those of the processor."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from reproduce.experiments import INDEPENDENT_GAUSSIANS
from reproduce.training.runs import Run
from reproduce.training.train import train_missing
from spectral import (
    Ensemble,
    SpectralFeatureSelector,
    SpectralLinear,
    SpectralNetworkClassifier,
    SpectralNetworkRegressor,
    relevance,
)

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card")


def network() -> nn.Sequential:
    layers = [SpectralLinear(30, 20), nn.Tanh(), SpectralLinear(20, 3)]
    return nn.Sequential(*layers).double()


def gradients(model: nn.Module, inputs: torch.Tensor) -> list[torch.Tensor]:
    model(inputs).square().sum().backward()
    return [each.grad.cpu() for each in model.parameters() if each.grad is not None]


def columns(rows: int = 600, width: int = 20) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(rows, width))


def test_outputs_gradients_and_relevance_are_those_of_the_processor() -> None:
    here, inputs = network(), torch.randn(50, 30, dtype=torch.float64)
    there = copy.deepcopy(here).cuda()
    assert torch.allclose(here(inputs), there(inputs.cuda()).cpu(), rtol=1e-12)
    expected, found = gradients(here, inputs), gradients(there, inputs.cuda())
    assert len(found) == len(expected) > 0
    for mine, theirs in zip(expected, found, strict=True):
        assert torch.allclose(mine, theirs, rtol=1e-10)
    assert torch.allclose(relevance(here), relevance(there).cpu(), rtol=1e-12)


def test_seeds_side_by_side_are_those_of_the_processor() -> None:
    here = Ensemble(network, seeds=range(3))
    inputs = torch.randn(40, 30, dtype=torch.float64)
    there = copy.deepcopy(here).cuda()
    assert torch.allclose(here(inputs), there(inputs.cuda()).cpu(), rtol=1e-12)


def test_the_selector_finds_what_decides() -> None:
    X = columns()
    selector = SpectralFeatureSelector(n_seeds=3, random_state=0, device="cuda")
    selector.fit(X, (X[:, 3] * X[:, 9] > 0).astype(int))
    assert np.flatnonzero(selector.support_).tolist() == [3, 9]


def test_the_selector_finds_many_that_add_up() -> None:
    X = columns(width=40)
    selector = SpectralFeatureSelector(n_seeds=3, random_state=0, device="cuda")
    selector.fit(X, X[:, :12].sum(axis=1))
    assert np.flatnonzero(selector.support_).tolist() == [*range(12)]


def test_networks_predict_and_rank() -> None:
    X = columns()
    total = X[:, 0] - X[:, 7]
    for estimator, y in (
        (SpectralNetworkClassifier(n_seeds=3, random_state=0, device="cuda"), total > 0),
        (SpectralNetworkRegressor(n_seeds=3, random_state=0, device="cuda"), total),
    ):
        estimator.fit(X, y)
        assert estimator.score(X, y) > 0.9
        assert set(np.flatnonzero(estimator.ranking_ <= 2)) == {0, 7}


def test_all_seeds_of_a_run_train_as_one_batch_on_the_card(tmp_path: Path) -> None:
    run = Run(INDEPENDENT_GAUSSIANS, "quick", (0, 1, 2), tmp_path)
    train_missing([run], "cuda")
    for record in run.records():
        assert record["provenance"]["trained_with_seeds"] == [0, 1, 2]
        assert record["provenance"]["device"] == torch.cuda.get_device_name()
        assert record["metrics"]["test/accuracy"] > 0.9
