"""What tensors a caller may pass, or one sentence on what is wrong with them.

Every step of a training calls the first two functions: they look at types and shapes alone,
since to look at a value is to wait for the device.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

WHOLE = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


def checked_tensor(name: str, value: Any) -> Tensor:
    """``value``, if it is a tensor."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} is of type {type(value).__name__}, but must be a torch.Tensor")
    return value


def check_inputs(inputs: Any, features: int, dtype: torch.dtype) -> None:
    """Refuse inputs of a layer that has other features, or parameters of another type."""
    own = inputs.shape[-1] if checked_tensor("inputs", inputs).dim() else 0
    if own != features:
        raise ValueError(
            f"the inputs, of shape {tuple(inputs.shape)}, have {own} features in their last "
            f"dimension, but this layer takes {features}"
        )
    if inputs.dtype != dtype and not (
        inputs.is_floating_point() and torch.is_autocast_enabled(inputs.device.type)
    ):
        raise TypeError(f"the inputs are {inputs.dtype}, but this layer's parameters are {dtype}")


def filled_tensor(name: str, value: Any, *shape: str, leading: bool = True) -> Tensor:
    """A tensor of real numbers that is not empty and has at least these dimensions.

    Examples
    --------
    >>> filled_tensor("logits", torch.ones(3), "batch", "classes")
    Traceback (most recent call last):
    ValueError: logits has shape (3,), but must be (..., batch, classes), not empty
    """
    dims = checked_tensor(name, value).dim()
    if value.is_complex():
        raise TypeError(f"{name} is {value.dtype}, but must be real")
    if dims < len(shape) or value.numel() == 0 or not (leading or dims == len(shape)):
        expected = ", ".join(["..."] * leading + [*shape])
        raise ValueError(
            f"{name} has shape {tuple(value.shape)}, but must be ({expected}), not empty"
        )
    return value


def check_finite(name: str, value: Tensor) -> None:
    """Refuse NaN and infinity."""
    wrong = int((~torch.isfinite(value)).sum())
    if wrong:
        raise ValueError(f"{wrong} of the {value.numel()} numbers in {name} are NaN or infinity")
