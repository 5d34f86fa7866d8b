"""Columns of a table that are ranked and selected together, and how many are to be selected."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from spectral.arguments import described, real_number, several, whole_number


def group_numbers(groups: Any, columns: int) -> np.ndarray:
    """To which group each column belongs, ``(columns,)``, counted from 0 in their order.

    Parameters
    ----------
    groups : sequence or None
        ``(columns,)``, a label for each column; None makes each a group of its own.
    columns : int
        How many there are.

    Raises
    ------
    TypeError, ValueError
        If there is not one label a column, or it cannot be compared with others.

    Examples
    --------
    >>> group_numbers(["size", "size", "age"], columns=3)
    array([0, 0, 1])
    """
    if groups is None:
        return np.arange(columns)
    labels = several("groups", groups, "labels, one for each column of X")
    if len(labels) != columns:
        raise ValueError(f"groups holds {len(labels)} labels, but X has {columns} columns")
    numbers: dict[Any, int] = {}
    try:
        return np.array([numbers.setdefault(label, len(numbers)) for label in labels])
    except TypeError:
        raise TypeError(
            f"groups is {described(list(labels))}, but its labels must be text or numbers"
        ) from None


def number_to_select(wanted: Any, groups: int) -> int | Literal["auto"]:
    """How many groups of columns are to be selected.

    Parameters
    ----------
    wanted : int, float or "auto"
        So many, or a share of all.
    groups : int
        How many there are.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or more than there are.

    Examples
    --------
    >>> number_to_select(0.5, groups=6), number_to_select(2, groups=6)
    (3, 2)
    >>> number_to_select(None, groups=6)
    Traceback (most recent call last):
    TypeError: n_features_to_select is None, but must be a whole number, between 1 and 6, a share \
above 0 and at most 1, or 'auto'
    """
    if isinstance(wanted, str) and wanted == "auto":
        return "auto"
    try:
        if isinstance(wanted, float | np.floating):
            share = real_number("n_features_to_select", wanted, above=0, most=1)
            return max(1, round(share * groups))
        return whole_number("n_features_to_select", wanted, least=1, most=groups)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"n_features_to_select is {described(wanted)}, but must be a whole number, between 1 "
            f"and {groups}, a share above 0 and at most 1, or 'auto'"
        ) from None
