"""The data: sizes, statistics and order; what is wrong with them is said."""

import os
from pathlib import Path

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from torchvision.datasets import MNIST

from spectral import SpectralClassifier, SpectralModule, SpectralRegressor
from spectral.datasets import (
    CorrelatedGaussians,
    CorrelatedGaussiansClassifier,
    IndependentGaussians,
    IndependentGaussiansClassifier,
    InMemoryDataModule,
    MNISTClassifier,
    MNISTDigits,
    Samples,
)
from spectral.datasets.mnist import read_embedded
from spectral.seeded_order import SeededOrder

MNIST_FOLDER = Path(os.environ.get("MNIST_FOLDER", Path(__file__).parents[3] / "shared" / "data"))
# The official files are not ours to commit; the package carries the zeros and ones alone.
needs_mnist = pytest.mark.skipif(
    not (MNIST_FOLDER / "MNIST" / "raw").is_dir(), reason=f"no official MNIST in {MNIST_FOLDER}"
)


def whole(data: InMemoryDataModule) -> Samples:
    data.setup()
    parts = (data.train, data.validation, data.test)
    return Samples(*(torch.cat(tensors) for tensors in zip(*parts, strict=True)))


def test_independent_gaussians_have_the_means_they_say() -> None:
    data = IndependentGaussians()
    inputs, labels = whole(data)
    assert inputs.shape == (60_000, 20)
    assert [len(part.targets) for part in (data.train, data.validation, data.test)] == [
        43_200,
        4_800,
        12_000,
    ]
    zeros, ones = inputs[labels == 0], inputs[labels == 1]
    assert len(zeros) == len(ones)
    relevant = data.distance > 0
    assert int(relevant.sum()) == 11
    assert float(data.distance.max()) <= 1.4
    assert torch.allclose((ones.mean(0) - zeros.mean(0)).double(), data.distance, atol=0.02)
    expected = torch.where(relevant, -0.5, 0.0)
    assert torch.allclose(zeros.mean(0).double(), expected.double(), atol=0.02)
    assert torch.allclose(zeros.std(0), torch.tensor(0.5), atol=0.01)
    assert torch.allclose(torch.corrcoef(zeros.T), torch.eye(20), atol=0.03)


def test_correlated_gaussians_follow_equations_2_and_3() -> None:
    data = CorrelatedGaussians()
    inputs, labels = whole(data)
    assert inputs.shape == (100_000, 10)
    zeros, ones = inputs[labels == 0], inputs[labels == 1]
    for pair, p in enumerate((0.7, 0.8, 0.4, 0.6)):
        first, second = 2 * pair, 2 * pair + 1
        assert torch.equal(zeros[:, first], zeros[:, second])
        assert torch.equal(ones[:, first].abs(), ones[:, second].abs())
        flipped = (ones[:, first] != ones[:, second]).float().mean().item()
        assert flipped == pytest.approx(p, abs=0.01)
    assert torch.allclose(inputs.mean(0), torch.tensor(0.0), atol=0.02)
    assert torch.allclose(inputs.std(0), torch.tensor(1.0), atol=0.02)
    assert torch.corrcoef(inputs[:, 8:].T)[0, 1].abs() < 0.02


def test_mnist_has_the_official_split_in_pixels_of_0_to_1() -> None:
    data = MNISTDigits()
    data.setup()
    assert len(data.train.targets) + len(data.validation.targets) == 12_665
    assert len(data.validation.targets) == 1_266
    assert data.test.inputs.shape == (2_115, 784)
    assert (data.train.inputs.min(), data.train.inputs.max()) == (0, 1)
    assert torch.bincount(data.test.targets).tolist() == [980, 1135]


@needs_mnist
@pytest.mark.parametrize("train", [True, False])
def test_embedded_mnist_equals_the_official_files(train: bool) -> None:
    official = MNIST(MNIST_FOLDER, train=train)
    chosen = official.targets <= 1
    images, labels = read_embedded()[0 if train else 1]
    assert np.array_equal(images, official.data[chosen].numpy())
    assert np.array_equal(labels, official.targets[chosen].numpy())


@needs_mnist
def test_other_digits_come_from_a_folder_in_the_order_asked_for() -> None:
    data = MNISTDigits(digits=(7, 3), folder=MNIST_FOLDER)
    data.setup()
    assert torch.bincount(data.test.targets).tolist() == [1028, 1010]
    assert MNISTClassifier(classes=len(data.digits))(data.test.inputs[:2]).shape == (1, 2, 2)


def test_the_same_seed_draws_the_same_data_and_another_does_not() -> None:
    checksums = []
    for seed in (5, 5, 6):
        data = IndependentGaussians(samples=100, data_seed=seed)
        data.setup()
        checksums.append(data.checksum())
    assert checksums[0] == checksums[1] != checksums[2]


def test_batches_hold_samples_with_their_labels() -> None:
    data = CorrelatedGaussians(samples=1000, batch_size=300, seeds=[2, 9])
    data.setup()
    label_of = {
        tuple(row.tolist()): int(label)
        for row, label in zip(data.train.inputs, data.train.targets, strict=True)
    }
    batches = list(data.train_dataloader())
    assert [tuple(inputs.shape) for inputs, _ in batches] == [
        (2, 300, 10),
        (2, 300, 10),
        (2, 120, 10),
    ]
    for inputs, labels in batches:
        for row, label in zip(inputs.flatten(0, 1), labels.flatten(), strict=True):
            assert label_of[tuple(row.tolist())] == int(label)


def test_a_rest_of_one_sample_joins_the_batch_before() -> None:
    order = SeededOrder(samples=101, batch_size=50, seeds=[0])
    assert [batch.shape[1] for batch in order] == [50, 51]
    assert len(order) == 2


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (CorrelatedGaussiansClassifier(), r"have 20 features .*, but this layer takes 10"),
        (SpectralClassifier(20, 2, seeds=[0, 1]), r"an ensemble of 2 seeds takes"),
        (SpectralRegressor(20, targets=2), r"the targets .*, but the inputs take real numbers"),
    ],
)
def test_a_module_for_other_data_is_refused(module: SpectralModule, message: str) -> None:
    data = IndependentGaussians(samples=2000, seeds=[0])
    fitting = pl.Trainer(accelerator="cpu", logger=False, enable_checkpointing=False)
    with pytest.raises((TypeError, ValueError), match=message):
        fitting.fit(module, data)


def test_validation_and_test_come_in_order() -> None:
    data = IndependentGaussians(samples=30_000)
    data.setup()
    for loader, samples in (
        (data.val_dataloader(), data.validation),
        (data.test_dataloader(), data.test),
    ):
        assert torch.equal(torch.cat([inputs for inputs, _ in loader]), samples.inputs)


@pytest.mark.parametrize(
    ("classifier", "features", "published"),
    [
        (IndependentGaussiansClassifier, 20, (0.01, 1e-6, 1e-2, "tanh", 0.2)),
        (CorrelatedGaussiansClassifier, 10, (0.01, 1e-6, 1e-4, "tanh", 0.2)),
        (MNISTClassifier, 784, (0.0001, 1e-2, 1e-4, "relu", 0.0)),
    ],
)
def test_published_hyperparameters_are_the_defaults(
    classifier: type, features: int, published: tuple
) -> None:
    found = classifier().hparams
    names = ("learning_rate", "eigenvalue_penalty", "eigenvector_penalty", "activation", "dropout")
    assert tuple(found[name] for name in names) == published
    assert found["in_features"] == features
    assert tuple(found["hidden"]) == (100, 100, 50)


def test_a_damaged_embedded_file_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "mnist.npz"
    damaged.write_bytes(b"not the digits")
    with pytest.raises(ValueError, match=r"mnist.npz is damaged: its SHA-256 is"):
        read_embedded(damaged)


def test_digits_that_are_not_carried_need_a_folder() -> None:
    with pytest.raises(FileNotFoundError, match=r"carries the digits \[0, 1\] .* not \[5\]"):
        MNISTDigits(digits=(1, 5)).setup()


def test_a_folder_without_mnist_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"no MNIST in {tmp_path}"):
        MNISTDigits(digits=(1, 5), folder=tmp_path).setup()


@pytest.mark.parametrize("content", [b"", bytes(range(256))])
def test_damaged_files_of_mnist_are_named(content: bytes, tmp_path: Path) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"):
            (raw / f"{part}-{kind}").write_bytes(content)
    with pytest.raises(ValueError, match=f"the files of MNIST in {tmp_path} are damaged"):
        MNISTDigits(folder=tmp_path).setup()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MNISTDigits(digits=(1, 1)), r"digits are \[1, 1\]"),
        (lambda: MNISTDigits(digits=(1, 10)), r"digits\[1\] is 10"),
        (lambda: CorrelatedGaussians(p=(0.5, 1.5)), r"p\[1\] is 1.5"),
        (lambda: CorrelatedGaussians(noise=-1), "noise is -1"),
        (lambda: CorrelatedGaussians(samples=-1), "samples is -1"),
        (lambda: IndependentGaussians(samples=3), "samples is 3"),
        (lambda: IndependentGaussians(relevant=21), "relevant is 21"),
        (lambda: IndependentGaussians(batch_size=0), "batch_size is 0"),
        (lambda: IndependentGaussians(validation_share=1.0), "validation_share is 1.0"),
    ],
)
def test_wrong_options_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]
