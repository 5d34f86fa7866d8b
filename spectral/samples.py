"""Samples: inputs and their classes, made out of what a user has."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from spectral.arguments import described


class Samples(NamedTuple):
    """Inputs ``(B, N)``, float32, and their classes ``(B,)``, int64."""

    inputs: Tensor
    labels: Tensor

    def to(self, device: torch.device) -> Samples:
        return Samples(self.inputs.to(device), self.labels.to(device))


def checked_parts(loaded: Any, classes: int) -> tuple[Samples, Samples]:
    """The training and the test samples out of a pair of them, see :func:`checked_samples`."""
    if not isinstance(loaded, tuple | list) or len(loaded) != 2:
        raise TypeError(
            f"load() returned {described(loaded)}, but must return the training and the test "
            "samples, each as a pair of inputs and labels"
        )
    training = checked_samples("training", loaded[0], classes)
    test = checked_samples("test", loaded[1], classes)
    features, own = training.inputs.shape[1], test.inputs.shape[1]
    if own != features:
        raise ValueError(f"the test inputs have {own} features, but those of training {features}")
    return training, test


def checked_samples(name: str, samples: Any, classes: int) -> Samples:
    """A pair of inputs and labels as :class:`Samples`, in the types that a network takes.

    Inputs may be tensors, arrays or lists of any real numbers; labels ``(B,)`` or ``(B, 1)``, of
    any type as long as they are whole.

    Raises
    ------
    TypeError
        If they are not a pair, or not numbers.
    ValueError
        If their shapes do not fit, they are too few, not finite, or of classes there are not.

    Examples
    --------
    >>> checked_samples("training", ([[0, 1], [2, 3]], [False, True]), classes=2).labels
    tensor([0, 1])
    """
    if not isinstance(samples, tuple | list) or len(samples) != 2:
        raise TypeError(
            f"load() gives {described(samples)} as the {name} samples, but must give a pair of "
            "inputs and labels"
        )
    inputs = _inputs(f"{name} inputs", samples[0])
    labels = _labels(f"{name} labels", samples[1])
    if len(inputs) != len(labels):
        raise ValueError(
            f"there are {len(inputs)} {name} inputs, but {len(labels)} labels: each needs one"
        )
    if len(labels) < 2:
        raise ValueError(f"there are {len(labels)} {name} samples, but at least 2 are needed")
    wrong = int((~torch.isfinite(inputs)).any(dim=-1).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of the {len(inputs)} {name} samples hold NaN or infinity (in float32)"
        )
    if labels.min() < 0 or labels.max() >= classes:
        outside = labels[(labels < 0) | (labels >= classes)].unique().tolist()
        raise ValueError(
            f"the {name} labels hold {described(outside)}, but the {classes} classes are 0 to "
            f"{classes - 1}"
        )
    return Samples(inputs, labels)


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
    inputs = _tensor(name, values)
    if inputs.is_complex():
        raise TypeError(f"the {name} are {inputs.dtype}, but must be real numbers")
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
