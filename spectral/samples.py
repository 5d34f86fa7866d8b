"""Samples: inputs and their targets, made out of what a user has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from spectral.arguments import described


@dataclass(frozen=True, eq=False)
class Samples:
    """Inputs and their targets, and with what weight each sample counts.

    Parameters
    ----------
    inputs : Tensor
        ``(B, N)``, float32.
    targets : Tensor
        Classes ``(B,)``, int64; or numbers ``(B, T)``, float32.
    weights : Tensor or None, default=None
        ``(B,)``, float32, at least 0. None stands for equal ones.

    Examples
    --------
    >>> samples = Samples(torch.eye(3), torch.tensor([0, 1, 1]))
    >>> len(samples), samples.rows(torch.tensor([2])).targets
    (3, tensor([1]))
    """

    inputs: Tensor
    targets: Tensor
    weights: Tensor | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def __iter__(self) -> Iterator[Tensor]:
        """Inputs, targets and, if there are any, weights: what a batch is made of."""
        yield from (self.inputs, self.targets)
        if self.weights is not None:
            yield self.weights

    def rows(self, chosen: Tensor | slice) -> Samples:
        """Some of the samples."""
        return Samples(*(tensor[chosen] for tensor in self))

    def columns(self, chosen: Tensor) -> Samples:
        """All samples with some of their inputs."""
        return Samples(self.inputs[:, chosen], self.targets, self.weights)

    def to(self, device: torch.device) -> Samples:
        """The samples on another device."""
        return Samples(*(tensor.to(device) for tensor in self))


def checked_parts(loaded: Any, classes: int | None) -> tuple[Samples, Samples]:
    """The training and the test samples out of a pair of them, see :func:`checked_samples`."""
    if not isinstance(loaded, tuple | list) or len(loaded) != 2:
        raise TypeError(
            f"load() returned {described(loaded)}, but must return the training and the test "
            "samples, each as inputs and targets"
        )
    training = checked_samples("training", loaded[0], classes)
    test = checked_samples("test", loaded[1], classes)
    for name, own, trained in (
        ("features", test.inputs.shape[1], training.inputs.shape[1]),
        ("targets", test.targets.shape[1:].numel(), training.targets.shape[1:].numel()),
    ):
        if own != trained:
            raise ValueError(f"the test samples have {own} {name}, but those of training {trained}")
    return training, test


def checked_samples(name: str, samples: Any, classes: int | None) -> Samples:
    """Inputs and targets, and weights if they are given, in the types that a network takes.

    Parameters
    ----------
    name : str
        What the samples are for, as sentences on them say it.
    samples : Samples, or sequence of array-like
        Tensors, arrays or lists of any real numbers: inputs ``(B, N)``; targets ``(B,)`` or
        ``(B, 1)``, or ``(B, T)`` where they are numbers; perhaps weights ``(B,)``.
    classes : int or None
        The number of classes, whole numbers of any type from 0 on; None where targets are
        numbers.

    Raises
    ------
    TypeError
        If they are not a pair, or not numbers.
    ValueError
        If their shapes do not fit, they are too few, not finite, or of classes there are not.

    Examples
    --------
    >>> checked_samples("training", ([[0, 1], [2, 3]], [False, True]), classes=2).targets
    tensor([0, 1])
    """
    parts = tuple(samples) if isinstance(samples, Samples) else samples
    if not isinstance(parts, tuple | list) or len(parts) not in (2, 3):
        raise TypeError(
            f"load() gives {described(samples)} as the {name} samples, but must give inputs and "
            "targets, and perhaps weights"
        )
    inputs = _inputs(f"{name} inputs", parts[0])
    if classes is None:
        targets = _numbers(f"{name} targets", parts[1])
    else:
        targets = _labels(f"{name} labels", parts[1])
    if len(inputs) != len(targets):
        kind = "targets" if classes is None else "labels"
        raise ValueError(
            f"there are {len(inputs)} {name} inputs, but {len(targets)} {kind}: each needs one"
        )
    if len(targets) < 2:
        raise ValueError(f"there are {len(targets)} {name} samples, but at least 2 are needed")
    _check_finite(f"{name} samples", inputs)
    if classes is None:
        _check_finite(f"{name} targets", targets)
    elif targets.min() < 0 or targets.max() >= classes:
        outside = targets[(targets < 0) | (targets >= classes)].unique().tolist()
        raise ValueError(
            f"the {name} labels hold {described(outside)}, but the {classes} classes are 0 to "
            f"{classes - 1}"
        )
    weights = _weights(f"{name} weights", parts[2], len(targets)) if len(parts) == 3 else None
    return Samples(inputs, targets, weights)


def split_test(samples: Samples, share: float) -> tuple[Samples, Samples]:
    """Training and test samples; the rows are taken to be in random order already.

    Examples
    --------
    >>> training, test = split_test(Samples(torch.rand(10, 2), torch.arange(10)), share=0.2)
    >>> len(training), test.targets
    (8, tensor([0, 1]))
    """
    tested = int(len(samples) * share)
    return samples.rows(slice(tested, None)), samples.rows(slice(tested))


def class_numbers(name: str, labels: Tensor) -> Tensor:
    """Labels of any type as int64, if they are whole."""
    if labels.is_complex():
        raise TypeError(f"the {name} are {labels.dtype}, but must be whole numbers")
    if labels.is_floating_point():
        wrong = labels[(labels != labels.round()) | (labels.abs() > 2**31)]
        if len(wrong):
            raise ValueError(f"the {name} hold {wrong[0].item():g}, but must be whole numbers")
    return labels.long()


def _inputs(name: str, values: Any) -> Tensor:
    inputs = _real(name, values)
    if inputs.dim() != 2 or inputs.shape[1] == 0:
        raise ValueError(
            f"the {name} have shape {tuple(inputs.shape)}, but must be (samples, features)"
        )
    return inputs.float()


def _labels(name: str, values: Any) -> Tensor:
    labels = _tensor(name, values)
    if labels.dim() == 2 and labels.shape[1] == 1:
        labels = labels.squeeze(1)
    if labels.dim() != 1:
        raise ValueError(
            f"the {name} have shape {tuple(labels.shape)}, but must be one class number a sample, "
            "(samples,); argmax(1) makes that of one-hot labels"
        )
    return class_numbers(name, labels)


def _numbers(name: str, values: Any) -> Tensor:
    targets = _real(name, values)
    if targets.dim() == 1:
        targets = targets.unsqueeze(1)
    if targets.dim() != 2 or targets.shape[1] == 0:
        raise ValueError(
            f"the {name} have shape {tuple(targets.shape)}, but must be (samples,) or "
            "(samples, targets)"
        )
    return targets.float()


def _weights(name: str, values: Any, samples: int) -> Tensor:
    weights = _real(name, values).float()
    if weights.shape != (samples,):
        raise ValueError(
            f"the {name} have shape {tuple(weights.shape)}, but {samples} samples need ({samples},)"
        )
    _check_finite(name, weights)
    if bool((weights < 0).any()) or not bool(weights.any()):
        least = weights.min().item()
        raise ValueError(f"the {name} hold {least:g}, but must be at least 0, and not all 0")
    return weights


def _check_finite(name: str, values: Tensor) -> None:
    wrong = int((~torch.isfinite(values)).reshape(len(values), -1).any(dim=-1).sum())
    if wrong:
        raise ValueError(f"{wrong} of the {len(values)} {name} hold NaN or infinity (in float32)")


def _real(name: str, values: Any) -> Tensor:
    tensor = _tensor(name, values)
    if tensor.is_complex():
        raise TypeError(f"the {name} are {tensor.dtype}, but must be real numbers")
    return tensor


def _tensor(name: str, values: Any) -> Tensor:
    if isinstance(values, Tensor):
        return values.detach().to_dense().cpu()
    if np.ma.is_masked(values):
        raise ValueError(f"the {name} hold masked values, but must all be known")
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"the {name} make no array, but must be a tensor, an array or lists of equal lengths"
        ) from error
    try:
        native = array.dtype.newbyteorder("=")
        return torch.from_numpy(np.array(array, dtype=native, order="C"))
    except TypeError:
        raise TypeError(
            f"the {name} are of type {array.dtype.name}, but must be numbers that torch has"
        ) from None
