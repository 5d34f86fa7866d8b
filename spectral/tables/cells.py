"""The cells of one column, or of a target: text, numbers, or dates, whichever all of them are."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd


def missing_cells(values: np.ndarray) -> int:
    """How many cells of ``(B,)`` objects hold nothing: None, NaN, or what pandas takes for it.

    Examples
    --------
    >>> missing_cells(np.array(["red", None, float("nan"), pd.NA, pd.NaT], dtype=object))
    4
    """
    return int(pd.isna(values).sum())


def cells_of_objects(name: str, values: np.ndarray, allowed: str) -> np.ndarray:
    """Python objects, none of them missing, as an array that tells what they are.

    Parameters
    ----------
    name : str
        What they are called in a sentence.
    values : ndarray
        ``(B,)``, of objects.
    allowed : str
        What they may be, in words.

    Returns
    -------
    ndarray
        ``(B,)``: as it came where all cells are ``str``; of dates and durations in microseconds, or
        of booleans or real numbers.

    Raises
    ------
    TypeError
        If text is mixed with other things, or the cells are nothing of this.

    Examples
    --------
    >>> cells_of_objects("y", np.array([True, False], dtype=object), "numbers")
    array([ True, False])
    >>> cells_of_objects("y", np.array(["a", 1], dtype=object), "numbers")
    Traceback (most recent call last):
    TypeError: y mixes text, such as 'a', with other things, such as 1, but must be either
    """
    texts = [cell for cell in values if isinstance(cell, str)]
    if len(texts) == len(values):
        return values
    if texts:
        other = next(cell for cell in values if not isinstance(cell, str))
        raise TypeError(
            f"{name} mixes text, such as {reprlib.repr(texts[0])}, with other things, such as "
            f"{reprlib.repr(other)}, but must be either"
        )
    for kind, as_array in MOMENTS.items():
        if all(isinstance(cell, kind) for cell in values):
            return as_array(values)
    try:
        numbers = np.array(values.tolist())
        flat = numbers.ndim == 1 and numbers.dtype.kind in "biuf"
        return numbers if flat else values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must hold {allowed}: {error}") from error


def _dates(values: np.ndarray) -> np.ndarray:
    """Dates and times, those with a time zone in UTC."""
    return np.array([_without_zone(cell) for cell in values], dtype="datetime64[us]")


def _without_zone(cell: date) -> date:
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        return cell.astimezone(UTC).replace(tzinfo=None)
    return cell


def _durations(values: np.ndarray) -> np.ndarray:
    return values.astype("timedelta64[us]")


MOMENTS: dict[type, Callable[[np.ndarray], np.ndarray]] = {date: _dates, timedelta: _durations}
"""What is made of cells of Python's types; Timestamps and Timedeltas of pandas are among them."""
