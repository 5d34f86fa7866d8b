"""Odd tensors, and what are none: refused by name before they are used."""

from typing import Any

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from spectral import (
    Ensemble,
    SpectralClassifier,
    SpectralLinear,
    SpectralMLP,
    accuracy_by_inputs_kept,
    mask,
    normalised,
    ranking,
    relevance,
)
from spectral.batch_norm import BatchNorm
from spectral.dropout import Dropout
from spectral.evaluation import accuracy

NAN, INFINITY = float("nan"), float("inf")
X, Y = torch.randn(2, 6, 4), torch.randint(2, (2, 6))


def build() -> SpectralMLP:
    return SpectralMLP(4, 2, hidden=(3,))


def reseeded(seeds: list[int]) -> Dropout:
    dropout = Dropout(0.5)
    dropout.reseed(seeds, epoch=0)
    return dropout


@pytest.mark.parametrize(
    "module", [SpectralLinear(4, 2), build(), Ensemble(build, [0, 1]), BatchNorm(4), Dropout(0.5)]
)
@pytest.mark.parametrize("inputs", [[[1.0] * 4] * 3, np.ones((3, 4)), None])
def test_inputs_that_are_no_tensor_are_refused(module: nn.Module, inputs: object) -> None:
    kind = type(inputs).__name__
    with pytest.raises(TypeError, match=f"^inputs is of type {kind}, but must be a torch.Tensor"):
        module(inputs)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.int64, torch.bool])
@pytest.mark.parametrize("module", [SpectralLinear(4, 2), build(), Ensemble(build, [0, 1])])
def test_inputs_of_another_type_are_refused(module: nn.Module, dtype: torch.dtype) -> None:
    with pytest.raises(TypeError, match=f"the inputs are {dtype}, but this layer's parameters are"):
        module(torch.ones(5, 4).to(dtype))


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (SpectralLinear(4, 2), ()),
        (SpectralLinear(4, 2), (4, 3)),
        (build(), (4,)),
        (build().eval(), (4,)),
        (build(), (2, 5, 4)),
        (build(), (5, 3)),
        (BatchNorm(5), (5,)),
        (BatchNorm(5), (4, 1)),
        (BatchNorm(5), (2, 4, 5)),
        (reseeded([0, 1]), (4, 6)),
        (reseeded([0, 1]), (4, 5, 6)),
        (Ensemble(build, [0, 1]), (4,)),
        (Ensemble(build, [0, 1]), (3, 5, 4)),
        (Ensemble(build, [0, 1]), (2, 5, 3)),
    ],
)
def test_inputs_of_another_shape_are_refused(module: nn.Module, shape: tuple[int, ...]) -> None:
    written = str(shape).replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(ValueError, match=f"the inputs.* shape {written}"):
        module(torch.ones(shape))


def test_layers_take_no_samples_but_do_not_train_on_them() -> None:
    assert SpectralLinear(4, 2)(torch.ones(0, 4)).shape == (0, 2)
    assert build().eval()(torch.ones(0, 4)).shape == (0, 2)
    with pytest.raises(ValueError, match="a batch of 0 has no variance"):
        build()(torch.ones(0, 4))


def test_dropout_refuses_whole_numbers() -> None:
    with pytest.raises(TypeError, match=r"the inputs are torch.int64, but must be floating"):
        Dropout(0.5)(torch.ones(3, 4).long())


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ((X, Y[0][:, None]), ValueError, r"the labels have shape \(6, 1\)"),
        ((X, Y[0, :1]), ValueError, r"the labels have shape \(1,\)"),
        ((X, Y[:, :1]), ValueError, r"the labels have shape \(2, 1\)"),
        ((X, Y[0, 0]), ValueError, r"the labels have shape \(\)"),
        ((X, Y[0, :3]), ValueError, r"the labels have shape \(3,\)"),
        ((X, torch.eye(2).long()[Y]), ValueError, r"the labels have shape \(2, 6, 2\)"),
        ((X, Y.float()), TypeError, "the labels are torch.float32, but must be whole numbers"),
        ((X, Y.tolist()), TypeError, "targets is of type list"),
        ((X, Y + 5), ValueError, "Target .* The labels must be 0 to 1"),
        ((X.double(), Y), TypeError, "the inputs are torch.float64"),
        ((X,), TypeError, r"must be \(inputs, targets\)"),
        (X, TypeError, r"the batch is a Tensor of shape \(2, 6, 4\), but must be \(inputs, tar"),
        ({"inputs": X, "labels": Y}, TypeError, r"must be \(inputs, targets\)"),
    ],
)
def test_a_wrong_batch_is_refused(batch: Any, error: type[Exception], message: str) -> None:
    classifier = SpectralClassifier(4, 2, hidden=(3,), seeds=[0, 1])
    for step in (classifier.training_step, classifier.validation_step, classifier.test_step):
        with pytest.raises(error, match=message):
            step(batch, 0)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32, torch.bool])
def test_whole_labels_of_any_type_train_alike(dtype: torch.dtype) -> None:
    losses = [
        SpectralClassifier(4, 2, hidden=(3,), seeds=[0, 1]).training_step((X, labels), 0)
        for labels in (Y, Y.to(dtype))
    ]
    assert torch.equal(*losses)


def test_a_loader_of_ones_own_with_column_labels_is_refused() -> None:
    fitting = pl.Trainer(
        max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False, barebones=True
    )
    loader = DataLoader(TensorDataset(X[0], Y[0][:, None]), batch_size=3)
    with pytest.raises(ValueError, match=r"the labels have shape \(3, 1\), but the inputs take"):
        fitting.fit(SpectralClassifier(4, 2), loader)


@pytest.mark.parametrize("function", [ranking, normalised])
@pytest.mark.parametrize(
    ("relevance", "error", "message"),
    [
        ([1.0, 2.0], TypeError, "relevance is of type list"),
        (np.ones(3), TypeError, "relevance is of type ndarray"),
        (torch.tensor([1 + 1j]), TypeError, "relevance is torch.complex64, but must be real"),
        (torch.tensor([[1.0, 2.0], [NAN, 1.0]]), ValueError, "1 of the 4 numbers in relevance are"),
        (torch.tensor([INFINITY, 1.0]), ValueError, "relevance are NaN or infinity"),
        (torch.tensor(1.0), ValueError, r"relevance has shape \(\), but must be \(..., inputs\)"),
        (torch.ones(2, 0), ValueError, r"relevance has shape \(2, 0\)"),
    ],
)
def test_wrong_relevance_is_refused(
    function: Any, relevance: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        function(relevance)


def test_negative_relevance_is_not_normalised() -> None:
    with pytest.raises(ValueError, match="relevance holds -2, but is never negative"):
        normalised(torch.tensor([-1.0, -2.0]))


def test_whole_relevance_is_taken() -> None:
    assert ranking(torch.tensor([1, 3, 2])).tolist() == [1, 2, 0]
    assert normalised(torch.tensor([1, 4, 2])).tolist() == [0.25, 1.0, 0.5]


@pytest.mark.parametrize(
    ("order", "error", "message"),
    [
        ([0, 1], TypeError, "order is of type list"),
        (torch.tensor([0.0, 1.0]), TypeError, "order is torch.float32, but must be whole numbers"),
        (torch.tensor([True, False]), TypeError, "order is torch.bool"),
        (torch.tensor([0, 7]), ValueError, r"order is \[0, 7\], but must hold each of 0 to 1 once"),
        (torch.tensor([[0, 1], [1, 1]]), ValueError, r"order is \[\[0, 1\], \[1, 1\]\]"),
        (torch.tensor(0), ValueError, r"order has shape \(\)"),
    ],
)
def test_wrong_orders_are_refused(order: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        mask(order, 1)


def test_a_mask_of_any_whole_type_is_the_same() -> None:
    order = torch.tensor([2, 0, 1])
    assert torch.equal(mask(order.to(torch.uint8), 2), mask(order, 2))


def evaluated(network: Any, **others: Any) -> Tensor:
    fitting: dict = {"inputs": X[0], "labels": Y[0], "order": torch.arange(4), "kept": [1, 2]}
    return accuracy_by_inputs_kept(network, **(fitting | others))


@pytest.mark.parametrize(
    ("others", "error", "message"),
    [
        ({"inputs": X[0, :0], "labels": Y[0, :0]}, ValueError, r"inputs has shape \(0, 4\)"),
        ({"inputs": X}, ValueError, r"inputs has shape \(2, 6, 4\)"),
        ({"inputs": X[0].tolist()}, TypeError, "inputs is of type list"),
        ({"inputs": X[0] * NAN}, ValueError, "24 of the 24 numbers in inputs are NaN"),
        ({"inputs": X[0].double()}, TypeError, "the inputs are torch.float64"),
        ({"inputs": torch.ones(6, 5)}, ValueError, r"order has shape \(4,\), but must be \(5,\)"),
        ({"labels": Y[0, :1]}, ValueError, r"the labels have shape \(1,\), but 6 inputs need"),
        ({"labels": Y[0][:, None]}, ValueError, r"the labels have shape \(6, 1\)"),
        ({"labels": Y[0] + 0.5}, ValueError, r"the labels hold .*\.5, but must be whole numbers"),
        ({"labels": [0] * 6}, TypeError, "labels is of type list"),
        ({"order": torch.arange(3)}, ValueError, r"order has shape \(3,\), but must be \(4,\)"),
        ({"order": torch.zeros(4).long()}, ValueError, "must hold each of 0 to 3 once"),
        ({"kept": []}, ValueError, "kept is empty"),
        ({"kept": 2}, TypeError, "kept is 2, but must be a sequence"),
        ({"kept": [1, 5]}, ValueError, r"kept\[1\] is 5, but must be .* between 0 and 4"),
    ],
)
def test_a_wrong_evaluation_is_refused(
    others: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        evaluated(build(), **others)


def test_an_order_for_other_seeds_is_refused() -> None:
    with pytest.raises(ValueError, match=r"order has shape \(3, 4\), but must be \(4,\) or \(2, 4"):
        evaluated(Ensemble(build, [0, 1]), order=torch.arange(4).expand(3, 4))


@pytest.mark.parametrize("network", [None, SpectralLinear])
def test_what_is_no_network_is_refused(network: Any) -> None:
    for function in (evaluated, relevance):
        with pytest.raises(
            TypeError, match=r"(network|model) is of type .*, but must be a torch.nn"
        ):
            function(network)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bool, torch.uint8])
def test_whole_labels_of_any_type_are_evaluated_alike(dtype: torch.dtype) -> None:
    network = build()
    assert torch.equal(evaluated(network, labels=Y[0].to(dtype)), evaluated(network))


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (X[0], Y[0][:, None], r"the labels have shape \(6, 1\), but logits of shape \(6, 4\) need"),
        (X[0], Y[0, :1], r"the labels have shape \(1,\)"),
        (X[0, :0], Y[0, :0], r"logits has shape \(0, 4\)"),
        (X[0, 0], Y[0], r"logits has shape \(4,\)"),
        (X[0] * NAN, Y[0], "the logits hold NaN"),
    ],
)
def test_accuracy_refuses_what_does_not_fit(logits: Tensor, labels: Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        accuracy(logits, labels)
