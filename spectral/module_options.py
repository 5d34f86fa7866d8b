"""What a SpectralModule can be told, for the type checker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from torch import Tensor


class SeedOptions(TypedDict, total=False):
    """What :class:`spectral.SpectralModule` can be told beside the numbers of its training."""

    first_layer: str | None
    cooldown: int
    seeds: Sequence[int]
    kept: Sequence[int] | Tensor | None


class TrainingOptions(SeedOptions, total=False):
    """All options of :class:`spectral.SpectralModule`, which its subclasses hand on."""

    learning_rate: float
    eigenvalue_penalty: float
    eigenvector_penalty: float
