"""MNIST: images of handwritten digits, by default the zeros and ones of the paper."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before torchvision)

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import numpy as np
import torch
from torch import Tensor
from torchvision.datasets import MNIST

from spectral.arguments import described, true_or_false, whole_numbers
from spectral.batches import DataOptions, InMemoryDataModule
from spectral.classification import SpectralClassifier
from spectral.datasets.paper import MNIST_TRAINING as TRAINING
from spectral.datasets.paper import SERVING
from spectral.samples import Samples

EMBEDDED = Path(__file__).with_name("mnist_zeros_ones.npz")
EMBEDDED_SHA256 = "b9eff707bd164072187d0bf2af0b4d8d16778ba61485c321e10b6c880dcf0287"
EMBEDDED_DIGITS = (0, 1)
SIDE = 28
"""Width and height of an image in pixels."""


class MNISTDigits(InMemoryDataModule):
    """Images of chosen digits, 784 pixels of 0 to 1, in the official training and test split.

    The package carries the zeros and ones. Other digits are read by
    :class:`torchvision.datasets.MNIST` from ``folder``.

    Parameters
    ----------
    digits : sequence of int, default=(0, 1)
        The digits, at least two, all different; digit ``digits[c]`` is class c.
    folder : str or path or None, default=None
        A folder in torchvision's layout, with ``MNIST/raw`` in it. Not needed for zeros and
        ones.
    download : bool, default=False
        Whether to download what is missing in ``folder``.
    **options
        The options of :class:`InMemoryDataModule`.

    Raises
    ------
    ValueError
        If the digits are not digits, or the files are damaged.
    FileNotFoundError
        If digits are asked for that neither the package nor the folder holds.

    Examples
    --------
    >>> data = MNISTDigits()
    >>> data.setup()
    >>> data.test.inputs.shape
    torch.Size([2115, 784])
    """

    def __init__(
        self,
        *,
        digits: Sequence[int] = EMBEDDED_DIGITS,
        folder: str | os.PathLike[str] | None = None,
        download: bool = False,
        **options: Unpack[DataOptions],
    ) -> None:
        digits = whole_numbers("digits", digits, most=9)
        if len(digits) < 2 or len(set(digits)) < len(digits):
            raise ValueError(f"digits are {list(digits)}, but must be two or more, all different")
        if not isinstance(folder, str | os.PathLike | None):
            raise TypeError(f"folder is {described(folder)}, but must be a path or None")
        download = true_or_false("download", download)
        super().__init__(**(SERVING | options))
        self.digits = digits
        self.classes = len(digits)
        self.folder = None if folder is None else Path(folder)
        self.download = download

    def load(self) -> tuple[Samples, Samples]:
        if self.folder is not None:
            splits = self._read_folder(self.folder)
        elif set(self.digits) <= set(EMBEDDED_DIGITS):
            splits = read_embedded()
        else:
            raise FileNotFoundError(
                f"the package carries the digits {list(EMBEDDED_DIGITS)} of MNIST alone, not "
                f"{sorted(set(self.digits) - set(EMBEDDED_DIGITS))}: name a folder that holds "
                "MNIST/raw, or one to download to with download=True"
            )
        training, test = (self._chosen(images, labels) for images, labels in splits)
        return training, test

    def _chosen(self, images: np.ndarray, labels: np.ndarray) -> Samples:
        chosen = np.isin(labels, self.digits)
        class_of_digit = np.zeros(10, dtype=np.int64)
        class_of_digit[list(self.digits)] = np.arange(len(self.digits))
        pixels = torch.from_numpy(images[chosen]).flatten(1).float() / 255
        return Samples(pixels, torch.from_numpy(class_of_digit[labels[chosen]]))

    def _read_folder(self, folder: Path) -> list[tuple[np.ndarray, np.ndarray]]:
        try:
            splits = [MNIST(folder, train=train, download=self.download) for train in (True, False)]
        except (RuntimeError, OSError) as error:
            raise FileNotFoundError(
                f"no MNIST in {folder.resolve()}: it needs the official files in MNIST/raw"
                + (f", and the download failed ({error})" if self.download else "")
                + ("" if self.download else ", or download=True to fetch them")
            ) from error
        except (AssertionError, ValueError) as error:
            raise ValueError(
                f"the files of MNIST in {folder.resolve()} are damaged: fetch them again"
            ) from error
        return [(split.data.numpy(), split.targets.numpy()) for split in splits]


class MNISTClassifier(SpectralClassifier):
    r"""The paper's network and training for :class:`MNISTDigits`.

    Parameters
    ----------
    in_features : int, default=784
        The number of inputs.
    classes : int, default=2
        The number of classes.
    dropout : float, default=0.0
        The share of nodes of the first hidden layer dropped in training.
    learning_rate : float, default=1e-4
        Of Adam.
    eigenvalue_penalty : float, default=1e-2
        :math:`c_\lambda`, see :class:`spectral.SpectralModule`.
    eigenvector_penalty : float, default=1e-4
        :math:`c_\psi`.
    cooldown : int, default=0
        Over so many of the last epochs the learning rate falls towards zero.
    seeds : sequence of int, default=(0,)
        One network is trained for each.
    kept : sequence of int or Tensor or None, default=None
        The inputs that take part; None stands for all.
    """

    def __init__(
        self,
        *,
        in_features: int = SIDE * SIDE,
        classes: int = 2,
        dropout: float = TRAINING.dropout,
        learning_rate: float = TRAINING.learning_rate,
        eigenvalue_penalty: float = TRAINING.eigenvalue_penalty,
        eigenvector_penalty: float = TRAINING.eigenvector_penalty,
        cooldown: int = 0,
        seeds: Sequence[int] = (0,),
        kept: Sequence[int] | Tensor | None = None,
    ) -> None:
        super().__init__(
            in_features,
            classes,
            hidden=TRAINING.hidden,
            activation=TRAINING.activation,
            dropout=dropout,
            learning_rate=learning_rate,
            eigenvalue_penalty=eigenvalue_penalty,
            eigenvector_penalty=eigenvector_penalty,
            cooldown=cooldown,
            seeds=seeds,
            kept=kept,
        )


def read_embedded(path: Path = EMBEDDED) -> list[tuple[np.ndarray, np.ndarray]]:
    """Images ``(B, 28, 28)`` and digits ``(B,)``, uint8, of the training and the test split.

    Raises
    ------
    ValueError
        If the file is not the one the package was made with.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != EMBEDDED_SHA256:
        raise ValueError(
            f"{path} is damaged: its SHA-256 is {digest}, but should be {EMBEDDED_SHA256}; "
            "install the package again"
        )
    with np.load(io.BytesIO(content)) as arrays:
        return [(arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in ("train", "test")]
