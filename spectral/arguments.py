"""What a caller may pass: plain numbers out of it, or one sentence on what is wrong.

A wrong type is a ``TypeError``, a wrong value a ``ValueError``. Both name the argument, what was
passed and what is allowed.
"""

from __future__ import annotations

import math
import operator
import reprlib
from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor

LARGEST = 2**63 - 1
"""The largest whole number that torch takes."""


def whole_number(name: str, value: Any, *, least: int = 0, most: int = LARGEST) -> int:
    """``value`` as an ``int``; NumPy's and torch's are taken, floats and booleans are not.

    Examples
    --------
    >>> whole_number("batch_size", np.int32(500), least=1)
    500
    >>> whole_number("batch_size", 0.5, least=1)
    Traceback (most recent call last):
    TypeError: batch_size is 0.5, but must be a whole number, at least 1
    """
    limits = f"at least {least}" if most == LARGEST else f"between {least} and {most}"
    sentence = f"{name} is {described(value)}, but must be a whole number, {limits}"
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(sentence) from None
    if _is_boolean(value):
        raise TypeError(sentence)
    if number > LARGEST:
        raise ValueError(f"{sentence} and at most {LARGEST}")
    if not least <= number <= most:
        raise ValueError(sentence)
    return number


def whole_numbers(
    name: str, values: Any, *, least: int = 0, most: int = LARGEST
) -> tuple[int, ...]:
    """Several whole numbers, as a tuple; each is named by its place.

    Examples
    --------
    >>> whole_numbers("hidden", (100, -1), least=1)
    Traceback (most recent call last):
    ValueError: hidden[1] is -1, but must be a whole number, at least 1
    """
    numbers = enumerate(several(name, values, "whole numbers, such as (1, 2)"))
    return tuple(whole_number(f"{name}[{i}]", one, least=least, most=most) for i, one in numbers)


def checked_seeds(seeds: Any) -> tuple[int, ...]:
    """The seeds as a tuple; refused if there is none, or if they are not whole or not different."""
    seeds = whole_numbers("seeds", seeds)
    if not seeds:
        raise ValueError("seeds is empty, but must hold at least one")
    if len(set(seeds)) < len(seeds):
        raise ValueError(f"the seeds {list(seeds)} are not all different")
    return seeds


def real_number(
    name: str,
    value: Any,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = None,
) -> float:
    """``value`` as a ``float``; NumPy's and torch's are taken, NaN, infinity and booleans are not.

    Examples
    --------
    >>> real_number("dropout", float("nan"), least=0, below=1)
    Traceback (most recent call last):
    ValueError: dropout is nan, but must be a finite number, at least 0 and below 1
    """
    bounds = {"at least": least, "above": above, "at most": most, "below": below}
    limits = " and ".join(f"{word} {bound}" for word, bound in bounds.items() if bound is not None)
    allowed = f"a finite number, {limits}" if limits else "a finite number"
    sentence = f"{name} is {described(value)}, but must be {allowed}"
    plain = value.item() if _is_constant(value) else value
    if not isinstance(plain, Real) or _is_boolean(plain):
        raise TypeError(sentence)
    try:
        number = float(plain)
    except OverflowError:  # a whole number beyond every float
        raise ValueError(sentence) from None
    outside = (
        (least is not None and number < least)
        or (above is not None and number <= above)
        or (most is not None and number > most)
        or (below is not None and number >= below)
    )
    if outside or not math.isfinite(number):
        raise ValueError(sentence)
    return number


def true_or_false(name: str, value: Any) -> bool:
    """``value`` as a ``bool``; what merely counts as true, such as "no", is not taken."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is {described(value)}, but must be True or False")
    return bool(value)


def one_of(name: str, value: Any, allowed: Iterable[str]) -> str:
    """``value``, if it is one of the words that are allowed.

    Examples
    --------
    >>> one_of("task", "ranking", ("classification", "regression"))
    Traceback (most recent call last):
    ValueError: task is 'ranking', but must be 'classification' or 'regression'
    """
    words = list(allowed)
    if not isinstance(value, str) or value not in words:
        raise ValueError(
            f"{name} is {described(value)}, but must be {' or '.join(map(repr, words))}"
        )
    return value


def several(name: str, values: Any, kind: str) -> tuple[Any, ...]:
    """What ``values`` holds, as a tuple; a text is not several values."""
    sentence = f"{name} is {described(values)}, but must be a sequence of {kind}"
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(sentence)
    try:
        return tuple(values)
    except TypeError:  # an array without dimensions says that it is iterable
        raise TypeError(sentence) from None


def floating_type(name: str, value: Any) -> torch.dtype:
    """One of torch's floating-point types."""
    if not isinstance(value, torch.dtype) or not value.is_floating_point:
        raise TypeError(
            f"{name} is {described(value)}, but must be a floating-point type, such as "
            "torch.float32"
        )
    return value


def usable_device(name: str, value: Any) -> torch.device:
    """The device of that name, if torch has it on this machine.

    Examples
    --------
    >>> usable_device("device", "cpu")
    device(type='cpu')
    """
    try:
        return torch.empty(0, device=value).device
    except (RuntimeError, AssertionError, TypeError) as error:
        raise ValueError(
            f"{name} is {described(value)}, but must be a device that torch can use here, "
            "such as 'cpu'"
        ) from error


def described(value: Any) -> str:
    """``value`` in a few words of one line: its type and shape if it has one.

    Examples
    --------
    >>> described("abc"), described(torch.ones(2, 3)), described([0.5])
    ("'abc'", 'a Tensor of shape (2, 3)', '[0.5]')
    """
    if isinstance(value, Tensor | np.ndarray) and value.ndim > 0:
        kind = type(value).__name__
        article = "an" if kind[0] in "aeiou" else "a"
        return f"{article} {kind} of shape {tuple(value.shape)}"
    return " ".join(reprlib.repr(value).split())


def _is_constant(value: Any) -> bool:
    """Whether it is an array of one number without dimensions, through which no gradient passes."""
    without_gradient = not (isinstance(value, Tensor) and value.requires_grad)
    return isinstance(value, Tensor | np.ndarray) and value.ndim == 0 and without_gradient


def _is_boolean(value: Any) -> bool:
    of_tensor = isinstance(value, Tensor) and value.dtype == torch.bool
    return of_tensor or isinstance(value, bool | np.bool_)
