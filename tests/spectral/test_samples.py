"""Data of one's own: converted where nothing is lost, or refused by name."""

from typing import Any

import numpy as np
import pytest
import pytorch_lightning as pl
import torch

from spectral import SpectralClassifier
from spectral.datasets import InMemoryDataModule, Samples

SAMPLES = 40
RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(SAMPLES, 3))
LABELS = (INPUTS[:, 0] > 0).astype(np.int64)
X, Y = torch.from_numpy(INPUTS).float(), torch.from_numpy(LABELS)


class Own(InMemoryDataModule):
    classes = 2

    def __init__(self, training: Any, test: Any = (X, Y), **options: Any) -> None:
        super().__init__(batch_size=20, **options)
        self.parts = (training, test)

    def load(self) -> tuple[Samples, Samples]:
        return self.parts


def served(training: Any, **options: Any) -> Own:
    data = Own(training, **options)
    data.setup()
    return data


@pytest.mark.parametrize(
    "training",
    [
        (INPUTS, LABELS),
        (INPUTS.tolist(), LABELS.tolist()),
        [X, Y],
        (X.double(), Y.int()),
        (X, Y.to(torch.uint8)),
        (X, Y.bool()),
        (X, LABELS.astype(bool)),
        (X, Y.float()),
        (X, LABELS.astype(np.float16)),
        (X, Y[:, None]),
        (X, LABELS[:, None]),
        (INPUTS.astype(">f8"), LABELS.astype(">i2")),
        (INPUTS[::-1].copy()[::-1], LABELS[::-1].copy()[::-1]),
        (np.asfortranarray(INPUTS), LABELS),
        (X.clone().requires_grad_(), Y),
        (X.to_sparse(), Y),
    ],
)
def test_samples_of_other_types_are_the_same_samples(training: Any) -> None:
    data = served(training)
    assert data.train.inputs.dtype == torch.float32
    assert data.train.targets.dtype == torch.int64
    assert data.checksum() == served(Samples(X, Y)).checksum()


@pytest.mark.parametrize(
    "dtype", [torch.uint8, torch.int64, torch.bool, torch.float16, torch.bfloat16, torch.float64]
)
def test_inputs_of_other_types_train(dtype: torch.dtype) -> None:
    inputs = (4 * X).abs().to(dtype)
    classifier = SpectralClassifier(3, 2, hidden=(4,), seeds=[0, 1])
    fitting = pl.Trainer(
        max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False, barebones=True
    )
    before = classifier.relevance()
    fitting.fit(classifier, Own((inputs, Y), seeds=[0, 1]))
    assert not torch.equal(classifier.relevance(), before)
    assert bool(torch.isfinite(classifier.relevance()).all())


def spoilt(values: np.ndarray, value: float) -> np.ndarray:
    """The values with another one in the first place."""
    copy = values.astype(float)
    copy.flat[0] = value
    return copy


@pytest.mark.parametrize(
    ("training", "error", "message"),
    [
        ((X, Y[:20]), ValueError, "there are 40 training inputs, but 20 labels"),
        ((X, Y[:1]), ValueError, "there are 40 training inputs, but 1 labels"),
        ((X, 1), ValueError, r"the training labels have shape \(\), but must be one class"),
        ((X, np.eye(2)[LABELS]), ValueError, r"labels have shape \(40, 2\).* one-hot"),
        ((X, Y[None]), ValueError, r"labels have shape \(1, 40\)"),
        ((X, Y + 0.5), ValueError, r"the training labels hold \d.5, but must be whole"),
        (
            (X, spoilt(LABELS, np.nan)),
            ValueError,
            "training labels hold nan, but must be whole",
        ),
        (
            (X, spoilt(LABELS, np.inf)),
            ValueError,
            "training labels hold inf, but must be whole",
        ),
        ((X, spoilt(LABELS, 1e30)), ValueError, r"the training labels hold 1e\+30, but must be"),
        ((X, Y + 1), ValueError, r"labels hold \[2\], but the 2 classes are 0 to 1"),
        ((X, Y - 1), ValueError, r"labels hold \[-1\], but"),
        ((X, LABELS.astype(str)), TypeError, "the training labels are of type str"),
        ((X, LABELS.astype(object)), TypeError, "the training labels are of type object"),
        ((X, None), TypeError, "the training labels are of type object"),
        ((X, LABELS + 1j), TypeError, "the training labels are torch.complex128"),
        ((X[:, 0], Y), ValueError, r"the training inputs have shape \(40,\), but must be"),
        ((X.view(40, 3, 1), Y), ValueError, r"the training inputs have shape \(40, 3, 1\)"),
        ((X[:, :0], Y), ValueError, r"the training inputs have shape \(40, 0\)"),
        (([[1.0], [1.0, 2.0]], [0, 1]), ValueError, "the training inputs make no array"),
        ((np.ma.masked_greater(INPUTS, 1), Y), ValueError, "the training inputs hold masked"),
        ((INPUTS.astype(str), Y), TypeError, "the training inputs are of type str"),
        ((None, Y), TypeError, "the training inputs are of type object"),
        ((X + 1j, Y), TypeError, "the training inputs are torch.complex64, but must be real"),
        ((spoilt(INPUTS, np.nan), Y), ValueError, "1 of the 40 training samples hold NaN"),
        ((spoilt(INPUTS, -np.inf), Y), ValueError, "1 of the 40 training samples hold NaN or inf"),
        ((spoilt(INPUTS, 1e300), Y), ValueError, r"1 of the 40 training .* \(in float32\)"),
        ((X[:0], Y[:0]), ValueError, "there are 0 training samples, but at least 2"),
        ((X[:1], Y[:1]), ValueError, "there are 1 training samples, but at least 2"),
        (X, TypeError, r"load\(\) gives a Tensor of shape \(40, 3\) as the training samples"),
        ((X, Y, Y, Y), TypeError, r"as the training samples, but must give inputs and"),
        (None, TypeError, r"load\(\) gives None as the training samples"),
    ],
)
def test_wrong_samples_are_refused(training: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as raised:
        served(training)
    assert "\n" not in str(raised.value)


def test_wrong_test_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="test samples have 2 features, but those of training 3"):
        served((X, Y), test=(X[:, :2], Y))
    with pytest.raises(ValueError, match="there are 0 test samples"):
        served((X, Y), test=(X[:0], Y[:0]))


@pytest.mark.parametrize("loaded", [None, (1, 2, 3), X])
def test_load_must_return_two_parts(loaded: Any) -> None:
    data = Own((X, Y))
    data.parts = loaded
    with pytest.raises(TypeError, match=r"load\(\) returned .*, but must return the training and"):
        data.setup()


@pytest.mark.parametrize(
    ("classes", "error"),
    [("2", TypeError), (2.0, TypeError), (True, TypeError), (1, ValueError)],
)
def test_wrong_classes_are_refused(classes: Any, error: type[Exception]) -> None:
    data = Own((X, Y))
    data.classes = classes
    with pytest.raises(error, match=f"classes is {classes!r}, but must be a whole number"):
        data.setup()


def test_enough_must_be_left_to_train_on() -> None:
    with pytest.raises(ValueError, match=r"validation_share is 0.9, but of 10 .* at least 2"):
        served((X[:10], Y[:10]), validation_share=0.9)


@pytest.mark.parametrize("name", ["train", "test_dataloader", "checksum"])
def test_data_are_not_there_before_setup(name: str) -> None:
    with pytest.raises(AttributeError, match=r"at least before setup\(\)"):
        getattr(Own((X, Y)), name)()
