"""Rankings, masks and accuracies against plain loops and scikit-learn."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score
from torch import Tensor

from spectral import (
    Ensemble,
    SpectralMLP,
    accuracy_by_inputs_kept,
    mask,
    normalised,
    ranking,
    relevance,
)

relevances = st.lists(st.floats(0, 100, width=32), min_size=1, max_size=30)


@given(relevances)
def test_ranking_sorts_downwards(values: list[float]) -> None:
    order = ranking(torch.tensor(values)).tolist()
    assert order == sorted(range(len(values)), key=lambda i: -values[i])


@given(relevances, st.data())
def test_mask_keeps_the_first(values: list[float], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(values)))
    order = ranking(torch.tensor(values))
    chosen = mask(order, kept)
    assert set(chosen.nonzero().flatten().tolist()) == set(order[:kept].tolist())


@pytest.mark.parametrize("kept", [-1, 5])
def test_mask_refuses_numbers_there_are_not(kept: int) -> None:
    with pytest.raises(ValueError, match=f"kept is {kept}, but must be .* between 0 and 4"):
        mask(torch.arange(4), kept)


def test_silent_inputs_stay_silent_when_normalised() -> None:
    assert normalised(torch.zeros(2, 3)).tolist() == torch.zeros(2, 3).tolist()


def test_accuracy_by_inputs_kept_equals_zeroing_by_hand() -> None:
    torch.manual_seed(0)
    ensemble = Ensemble(lambda: SpectralMLP(8, 3, hidden=(6,)), [0, 1]).train()
    inputs, labels = torch.randn(60, 8), torch.randint(3, (60,))
    order = ranking(relevance(ensemble))
    found = accuracy_by_inputs_kept(ensemble, inputs, labels, order, kept=[1, 4, 8])

    def by_hand(seed: int, kept: int) -> float:
        seen: Tensor = torch.zeros_like(inputs)
        for column in order[seed, :kept].tolist():
            seen[:, column] = inputs[:, column]
        predicted = ensemble.member(seed).eval()(seen).argmax(1)
        return accuracy_score(labels, predicted)

    expected = [[by_hand(seed, kept) for kept in (1, 4, 8)] for seed in (0, 1)]
    assert found.tolist() == [pytest.approx(row) for row in expected]
    assert ensemble.training


@pytest.mark.parametrize("baseline", [0.0, -1.5, torch.tensor(2), torch.linspace(-1, 1, 8)])
def test_absent_inputs_take_the_baseline(baseline: float | Tensor) -> None:
    torch.manual_seed(0)
    network = SpectralMLP(8, 3, hidden=(6,)).eval()
    inputs, labels = torch.randn(60, 8), torch.randint(3, (60,))
    order = torch.randperm(8)
    seen = (torch.zeros_like(inputs) + baseline).index_copy(1, order[:3], inputs[:, order[:3]])
    expected = accuracy_score(labels, network(seen).argmax(1))
    found = accuracy_by_inputs_kept(network, inputs, labels, order, [3], baseline)
    assert found.tolist() == pytest.approx([expected])


@pytest.mark.parametrize(
    ("baseline", "error", "message"),
    [
        (float("nan"), ValueError, "baseline is nan, but must be a finite number$"),
        ("mean", TypeError, "baseline is 'mean', but must be a finite number$"),
        (torch.zeros(3), ValueError, r"baseline has shape \(3,\), but must be .* shape \(8,\)"),
        (torch.tensor(float("inf")), ValueError, "1 of the 1 numbers in baseline are NaN or inf"),
    ],
)
def test_a_wrong_baseline_is_refused(baseline: Any, error: type[Exception], message: str) -> None:
    network, inputs, labels = SpectralMLP(8, 3), torch.randn(4, 8), torch.zeros(4).long()
    with pytest.raises(error, match=message):
        accuracy_by_inputs_kept(network, inputs, labels, torch.arange(8), [3], baseline)


@pytest.mark.parametrize("label", [-1, 3])
def test_a_label_that_is_no_class_is_refused(label: int) -> None:
    labels = torch.tensor([0, 1, label])
    with pytest.raises(ValueError, match=f"labels holds {label}, but must be 0 to 2$"):
        accuracy_by_inputs_kept(
            SpectralMLP(8, 3), torch.randn(3, 8), labels, torch.arange(8), kept=[3]
        )
