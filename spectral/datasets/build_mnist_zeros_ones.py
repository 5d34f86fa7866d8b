"""Builds ``mnist_zeros_ones.npz`` out of the official MNIST files.

    python -m spectral.datasets.build_mnist_zeros_ones FOLDER

FOLDER holds the files in torchvision's layout, ``MNIST/raw``. MNIST is by Y. LeCun, C. Cortes
and C. Burges, under CC BY-SA 3.0.
"""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before torchvision)

import argparse
import hashlib
from pathlib import Path

import numpy as np
from torchvision.datasets import MNIST

from spectral.datasets.mnist import EMBEDDED, EMBEDDED_DIGITS


def build(folder: Path, target: Path) -> str:
    """Write the zeros and ones of both splits, in the official order; return the SHA-256."""
    arrays = {}
    for part, train in (("train", True), ("test", False)):
        split = MNIST(folder, train=train)
        chosen = np.isin(split.targets.numpy(), EMBEDDED_DIGITS)
        arrays[f"{part}_images"] = split.data.numpy()[chosen]
        arrays[f"{part}_labels"] = split.targets.numpy()[chosen].astype(np.uint8)
    np.savez_compressed(target, **arrays)
    return hashlib.sha256(target.read_bytes()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    print(EMBEDDED, build(parser.parse_args().folder, EMBEDDED))
