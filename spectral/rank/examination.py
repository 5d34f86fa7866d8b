"""Looks at every column of a table before any work: inputs, target, what is left out and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from spectral.rank.columns import AS_CLASSES, Column, as_categories, as_numbers, column_of
from spectral.rank.target import Target, target_of
from spectral.rank.usable_inputs import (
    require_complete,
    require_no_copy_of,
    require_one_decimal_sign,
    require_usable_sizes,
)
from spectral.rank.useless_columns import reason_to_leave_out
from spectral.rank.wishes import TableError, Wishes, require_known
from spectral.rank.wording import counted, is_or_are, listed

FEWEST_ROWS = 20

MOST_REASONS = 30
"""Columns that a sentence names where all are left out."""


@dataclass(frozen=True)
class Examined:
    """A table that can be ranked.

    Attributes
    ----------
    inputs : pandas.DataFrame
        Numbers and categories; NaN where a value is missing.
    labels : tuple of str
        What each input is called in the ranking; those that belong together share a label.
    target : Target
        What there is to predict.
    left_out : dict of str to str
        The columns that are neither, and why.
    notes : tuple of str
        What a reader should know of the columns, a sentence each.
    shape : tuple of int
        How many rows and columns the table has.
    """

    inputs: pd.DataFrame
    labels: tuple[str, ...]
    target: Target
    left_out: dict[str, str]
    notes: tuple[str, ...]
    shape: tuple[int, int]


def examine(frame: pd.DataFrame, wishes: Wishes) -> Examined:
    """Find inputs and target in a table.

    Raises
    ------
    TableError, ColumnError, TargetError
        If the table is empty, has columns of the same name, lacks values or a column that the
        wishes name, or has no input; if a column or the target is of no use.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": range(20), "x": [0.5] * 19 + [1], "y": ["a", "b"] * 10})
    >>> examined = examine(frame, Wishes(target="y"))
    >>> list(examined.inputs), examined.left_out
    (['x'], {'id': 'row numbers'})
    """
    frame = frame.set_axis(checked_names(frame.columns), axis=1)
    require_known(frame, wishes)
    if len(frame) < FEWEST_ROWS:
        raise TableError(
            f"the table has {counted(len(frame), 'row')}, but at least {FEWEST_ROWS} are needed"
        )
    task = wishes.task_asked_for
    predicted = column_of(
        wishes.target, frame[wishes.target], task == "classification", way_out=AS_CLASSES
    )
    target = target_of(predicted, task)
    left_out, columns = {}, []
    for name in frame.columns.drop(wishes.target):
        if name in wishes.leave_out:
            left_out[name] = "as asked for"
            continue
        column = converted(name, frame[name], wishes)
        reason = "" if name in wishes.keep else reason_to_leave_out(column, wishes.impute)
        if reason:
            left_out[name] = reason
        else:
            columns.append(column)
    if not columns:
        raise TableError(
            f"beside the target {target.name!r} the table has no column to rank"
            + told_of_all_left_out(left_out)
        )
    require_one_decimal_sign([predicted, *columns], frame, target.name)
    require_complete(columns, wishes.impute)
    require_usable_sizes(columns)
    require_no_copy_of(target, columns, wishes.keep)
    inputs = pd.DataFrame({column.name: values_of_column(column) for column in columns})
    labels = labels_of(list(inputs), wishes.groups)
    notes = (*notes_of([predicted, *columns]), *twins(inputs))
    return Examined(inputs, labels, target, left_out, notes, frame.shape)


def checked_names(names: Iterable[object]) -> list[str]:
    """The names of the columns as text; one that has none is called by its place."""
    checked = [str(name).strip() or f"column {place}" for place, name in enumerate(names, 1)]
    twice = [name for name in dict.fromkeys(checked) if checked.count(name) > 1]
    if twice:
        raise TableError(f"the table has {listed(twice)} more than once: name columns apart")
    return checked


def converted(name: str, values: pd.Series, wishes: Wishes) -> Column:
    """A column as the user wants it."""
    if name not in wishes.categories:
        return column_of(name, values)
    kind = "numbers" if pd.api.types.is_numeric_dtype(values.dtype) else "categories"
    column = Column(name, "categories", as_categories(Column(name, kind, values)))
    if name not in wishes.keep and column.values.nunique() == len(values):
        raise TableError(
            f"--categories {name!r}: each of the {counted(len(values), 'row')} has a category of "
            "its own, which says nothing of other rows: take the column as it is, or insist with "
            "--keep"
        )
    return column


def values_of_column(column: Column) -> pd.Series:
    """A column as the network takes it."""
    return (as_categories if column.kind in ("text", "categories") else as_numbers)(column)


def told_of_all_left_out(left_out: dict[str, str]) -> str:
    """The end of a sentence that names the columns that are left out, where all are.

    Examples
    --------
    >>> told_of_all_left_out({"id": "row numbers"})
    ": 'id' (row numbers) is left out; --keep takes one in all the same"
    """
    if not left_out:
        return ""
    told = [f"{name!r} ({reason})" for name, reason in left_out.items()]
    return (
        f": {listed(told, quote=False, most=MOST_REASONS)} {is_or_are(len(told))} left out; --keep "
        "takes one in all the same"
    )


def labels_of(names: Sequence[str], prefixes: Sequence[str]) -> tuple[str, ...]:
    """What inputs are called in the ranking: their names, or the prefix that groups them.

    Examples
    --------
    >>> labels_of(["gene 1", "gene 2", "age"], ["gene"])
    ('gene*', 'gene*', 'age')
    """
    labels = {name: name for name in names}
    if "" in prefixes:
        raise TableError("--group '': all names begin like this; at least one letter is needed")
    for prefix in dict.fromkeys(prefixes):
        members = [name for name in names if name.startswith(prefix)]
        if not members:
            raise TableError(f"--group {prefix!r}: the name of no input begins like this")
        for name in members:
            if labels[name] != name:
                raise TableError(
                    f"{name!r} is in two groups: {labels[name]!r} and {prefix + '*'!r}"
                )
            labels[name] = f"{prefix}*"
    return tuple(labels.values())


def notes_of(columns: Sequence[Column]) -> list[str]:
    """What is to be said of columns, of which those with the same note share a sentence."""
    named: dict[str, list[str]] = {}
    for column in columns:
        if column.note:
            named.setdefault(column.note, []).append(column.name)
    return [f"{listed(names)}: {note}" for note, names in named.items()]


def twins(inputs: pd.DataFrame) -> list[str]:
    """Says which inputs are equal in every row: they share what relevance they have."""
    first: dict[bytes, str] = {}
    told = []
    for name in inputs:
        hashes = pd.util.hash_pandas_object(inputs[name], index=False).to_numpy()
        content = hashlib.sha256(hashes).digest()
        if content in first:
            told.append(f"{name!r} is the same as {first[content]!r} in every row")
        else:
            first[content] = name
    return told
