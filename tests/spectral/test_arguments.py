"""Odd numbers, seeds, options and devices: taken as plain numbers, or refused by name."""

from collections.abc import Callable
from types import NoneType
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from spectral import (
    Ensemble,
    RelevanceHistory,
    SpectralClassifier,
    SpectralLinear,
    SpectralMLP,
    mask,
)
from spectral.batch_norm import BatchNorm
from spectral.datasets import (
    CorrelatedGaussians,
    CorrelatedGaussiansClassifier,
    IndependentGaussians,
    IndependentGaussiansClassifier,
    MNISTClassifier,
    MNISTDigits,
)
from spectral.dropout import Dropout
from spectral.seeded_order import InOrder, SeededOrder

NAN, INFINITY = float("nan"), float("inf")
NOT_NUMBERS: tuple[Any, ...] = (None, "1", True, [1], torch.ones(2))


def build() -> SpectralMLP:
    return SpectralMLP(4, 2, hidden=(3,))


def reseed(**options: Any) -> None:
    usual: dict[str, Any] = {"seeds": [0], "epoch": 0}
    Dropout(0.5).reseed(**(usual | options))


def ordered(**options: Any) -> SeededOrder:
    usual: dict[str, Any] = {"samples": 6, "batch_size": 4, "seeds": [0]}
    return SeededOrder(**(usual | options))


def classifier(**options: Any) -> SpectralClassifier:
    return SpectralClassifier(**({"in_features": 4, "classes": 2} | options))


WHOLE: list[tuple[Callable, str, int]] = [
    (lambda value: SpectralLinear(value, 2), "in_features", 0),
    (lambda value: SpectralLinear(2, value), "out_features", -1),
    (lambda value: SpectralMLP(value, 2), "in_features", 0),
    (lambda value: SpectralMLP(2, value), "out_features", 0),
    (lambda value: SpectralMLP(2, 2, hidden=[3, value]), r"hidden\[1\]", 0),
    (lambda value: BatchNorm(value), "features", 0),
    (lambda value: reseed(epoch=value), "epoch", -1),
    (lambda value: reseed(process=value), "process", -1),
    (lambda value: reseed(seeds=[value]), r"seeds\[0\]", -1),
    (lambda value: Ensemble(build, [5, value]), r"seeds\[1\]", -1),
    (lambda value: Ensemble(build, [0]).member(value), "seed", -1),
    (lambda value: Ensemble(build, [0]).start_epoch(value), "epoch", -1),
    (lambda value: classifier(cooldown=value), "cooldown", -1),
    (lambda value: classifier(in_features=value), "in_features", 0),
    (lambda value: classifier(classes=value), "classes", 1),
    (lambda value: classifier(hidden=(value,)), r"hidden\[0\]", 0),
    (lambda value: classifier(seeds=(5, value)), r"seeds\[1\]", -1),
    (lambda value: RelevanceHistory([0, value]), r"at\[1\]", -1),
    (lambda value: mask(torch.arange(4), value), "kept", 5),
    (lambda value: ordered(samples=value), "samples", 0),
    (lambda value: ordered(batch_size=value), "batch_size", 0),
    (lambda value: ordered(seeds=[value]), r"seeds\[0\]", -1),
    (lambda value: ordered(process=value, processes=2), "process", 2),
    (lambda value: ordered(processes=value), "processes", 0),
    (lambda value: ordered().set_epoch(value), "epoch", -1),
    (lambda value: InOrder(value), "samples", 0),
    (lambda value: MNISTDigits(batch_size=value), "batch_size", 0),
    (lambda value: MNISTDigits(data_seed=value), "data_seed", -1),
    (lambda value: MNISTDigits(seeds=[value]), r"seeds\[0\]", -1),
    (lambda value: MNISTDigits(digits=(0, value)), r"digits\[1\]", 10),
    (lambda value: IndependentGaussians(samples=value), "samples", 9),
    (lambda value: IndependentGaussians(features=value), "features", 0),
    (lambda value: IndependentGaussians(relevant=value), "relevant", 21),
    (lambda value: CorrelatedGaussians(noise=value), "noise", -1),
    (lambda value: CorrelatedGaussians(samples=value), "samples", 9),
]


@pytest.mark.parametrize(("call", "name", "outside"), WHOLE)
def test_what_is_no_whole_number_is_refused_by_name(
    call: Callable, name: str, outside: int
) -> None:
    for value in (*NOT_NUMBERS, 2.0, 0.5, NAN, np.float32(1), np.True_):
        with pytest.raises(TypeError, match=f"^{name} is .*, but must be a whole number, "):
            call(value)
    for value in (outside, 10**20):
        with pytest.raises(ValueError, match=f"^{name} is {value}, but must be a whole number, "):
            call(value)


REAL: list[tuple[Callable, str, float]] = [
    (lambda value: Dropout(value), "dropout", 1.0),
    (lambda value: SpectralMLP(2, 2, dropout=value), "dropout", -0.1),
    (lambda value: BatchNorm(2, momentum=value), "momentum", 1.5),
    (lambda value: BatchNorm(2, eps=value), "eps", 0.0),
    (lambda value: classifier(dropout=value), "dropout", 1.0),
    (lambda value: classifier(learning_rate=value), "learning_rate", 0.0),
    (lambda value: classifier(eigenvalue_penalty=value), "eigenvalue_penalty", -1e-9),
    (lambda value: classifier(eigenvector_penalty=value), "eigenvector_penalty", -1.0),
    (lambda value: IndependentGaussiansClassifier(learning_rate=value), "learning_rate", -1.0),
    (lambda value: CorrelatedGaussiansClassifier(learning_rate=value), "learning_rate", -1.0),
    (lambda value: MNISTClassifier(learning_rate=value), "learning_rate", -1.0),
    (lambda value: MNISTDigits(validation_share=value), "validation_share", 1.0),
    (lambda value: CorrelatedGaussians(p=(0.5, value)), r"p\[1\]", 1.5),
]


@pytest.mark.parametrize(("call", "name", "outside"), REAL)
def test_what_is_no_finite_number_is_refused_by_name(
    call: Callable, name: str, outside: float
) -> None:
    for value in NOT_NUMBERS:
        with pytest.raises(TypeError, match=f"^{name} is .*, but must be a finite number, "):
            call(value)
    for value in (outside, NAN, INFINITY, np.float32("nan"), 10**400):
        with pytest.raises(ValueError, match=f"^{name} is .*, but must be a finite number, "):
            call(value)


@pytest.mark.parametrize(
    "call",
    [
        lambda values: Ensemble(build, values),
        lambda values: classifier(seeds=values),
        lambda values: classifier(hidden=values),
        lambda values: SpectralMLP(4, 2, hidden=values),
        lambda values: ordered(seeds=values),
        lambda values: reseed(seeds=values),
        lambda values: RelevanceHistory(values) if values is not None else reseed(seeds=None),
        lambda values: MNISTDigits(digits=values),
        lambda values: IndependentGaussians(seeds=values),
        lambda values: CorrelatedGaussians(p=values),
    ],
)
@pytest.mark.parametrize("values", [3, "012", None, 0.5, np.array(3)])
def test_what_is_no_sequence_is_refused_by_name(call: Callable, values: object) -> None:
    with pytest.raises(TypeError, match=r"^(seeds|hidden|at|digits|p) is .*must be a sequence of "):
        call(values)


@pytest.mark.parametrize(
    "seeds",
    [range(2), np.arange(2), torch.tensor([0, 1]), (0, np.int64(1)), iter([0, 1]), {0, 1}],
)
def test_whole_seeds_of_any_kind_are_taken(seeds: Any) -> None:
    ensemble = classifier(seeds=seeds)
    assert ensemble.seeds == (0, 1)
    assert ensemble.hparams["seeds"] == [0, 1]


def test_numbers_of_numpy_and_torch_become_plain_ones() -> None:
    """A checkpoint that holds others cannot be loaded."""
    options: dict[str, Any] = {
        "in_features": np.int64(4),
        "dropout": np.float32(0.5),
        "learning_rate": np.float64(0.1),
        "eigenvalue_penalty": np.int32(0),
        "eigenvector_penalty": torch.tensor(0.25),
    }
    weights = torch.tensor([0.5, 2.0])
    own = classifier(classes=np.uint8(2), hidden=np.array([3, 2]), class_weights=weights, **options)
    assert own.hparams["class_weights"] == [0.5, 2.0]
    assert own.eigenvector_penalty == 0.25
    sizes: dict[str, Any] = {"samples": np.int64(100), "data_seed": np.int8(3)}
    data = IndependentGaussians(**sizes | {"batch_size": np.int16(9)})
    numbers = [*own.hparams.values(), *MNISTClassifier(**options).hparams.values()]
    assert {type(value) for value in numbers} <= {int, float, tuple, list, str, NoneType}
    assert own.hparams["hidden"] == (3, 2)
    assert {type(value) for value in data.hparams.values()} == {int, float, list, bool}


@pytest.mark.parametrize(
    "value",
    [torch.ones(1), torch.tensor(True), torch.tensor(1j), torch.tensor(1.0, requires_grad=True)],
)
def test_a_tensor_that_is_no_plain_number_is_refused(value: Tensor) -> None:
    with pytest.raises(TypeError, match=r"^eigenvalue_penalty is .*, but must be a finite number"):
        classifier(eigenvalue_penalty=value)


@pytest.mark.parametrize("kept", [np.uint8(3), torch.tensor(3)])
def test_whole_numbers_of_any_kind_are_kept(kept: Any) -> None:
    assert mask(torch.arange(4), kept).tolist() == [True, True, True, False]


@pytest.mark.parametrize("value", ["no", 1, None])
@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda value: SpectralLinear(3, 2, value), "bias"),
        (lambda value: SpectralLinear(3, 2, train_eigenvalues_out=value), "train_eigenvalues_out"),
        (lambda value: MNISTDigits(download=value), "download"),
    ],
)
def test_what_merely_counts_as_true_is_refused(call: Callable, name: str, value: object) -> None:
    with pytest.raises(TypeError, match=f"^{name} is {value!r}, but must be True or False"):
        call(value)


@pytest.mark.parametrize("device", ["nonsense", "cuda:99", 0.5])
@pytest.mark.parametrize(
    "call",
    [
        lambda device: SpectralLinear(3, 2, device=device),
        lambda device: ordered(device=device),
        lambda device: InOrder(6, device=device),
    ],
)
def test_a_device_there_is_not_is_refused(call: Callable, device: object) -> None:
    with pytest.raises(ValueError, match=f"^device is {device!r}, but must be a device"):
        call(device)


@pytest.mark.parametrize(
    ("call", "value", "message"),
    [
        (lambda of: SpectralLinear(3, 2, dtype=of), torch.int64, "dtype is torch.int64, but must"),
        (lambda of: SpectralLinear(3, 2, dtype=of), "float32", "dtype is 'float32', but must be"),
        (SpectralLinear.from_linear, nn.Conv1d(3, 2, 1), "linear is a Conv1d, but must be"),
        (lambda of: Ensemble(of, [0]), build(), "build is of type SpectralMLP, but must be a f"),
        (lambda of: Ensemble(of, [0]), lambda: None, "build makes a NoneType, but must make a"),
        (lambda of: MNISTDigits(folder=of), 5, "folder is 5, but must be a path or None"),
    ],
)
def test_a_wrong_type_is_refused_by_name(call: Callable, value: object, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}"):
        call(value)


@pytest.mark.parametrize("activation", ["sine", None, ["tanh"], nn.ReLU()])
def test_an_unknown_activation_is_refused(activation: Any) -> None:
    with pytest.raises(ValueError, match=r"^activation is .*, but must be 'tanh' or 'relu'"):
        SpectralMLP(4, 2, activation=activation)


def test_networks_that_do_not_go_together_are_refused() -> None:
    network, widths = build(), iter((3, 5))
    with pytest.raises(ValueError, match="build makes networks that share parameters or buffers"):
        Ensemble(lambda: network, [0, 1])
    with pytest.raises(ValueError, match="of the same layers and shapes for all seeds"):
        Ensemble(lambda: SpectralMLP(4, 2, hidden=(next(widths),)), [0, 1])
    activations = iter((nn.ReLU(), nn.Tanh()))
    with pytest.raises(ValueError, match="of the same layers and shapes for all seeds"):
        Ensemble(lambda: nn.Sequential(nn.Linear(4, 2), next(activations)), [0, 1])


def test_data_without_inputs_are_refused() -> None:
    with pytest.raises(ValueError, match="p is empty and noise is 0"):
        CorrelatedGaussians(p=(), noise=0)
