"""The target column: what there is to predict, classes or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from spectral.rank.columns import Column, as_categories, as_numbers, reason_against_size
from spectral.rank.wording import counted
from spectral.tables.targets import Task, task_of


class TargetError(ValueError):
    """The target cannot be predicted; the message says why."""


@dataclass(frozen=True)
class Target:
    """What there is to predict.

    Attributes
    ----------
    name : str
        The column.
    task : str
        ``"classification"`` or ``"regression"``.
    values : numpy.ndarray
        ``(rows,)``: classes as text, or floating point numbers.
    told : str
        How the task was found, in words.
    """

    name: str
    task: Task
    values: np.ndarray
    told: str

    @property
    def is_classification(self) -> bool:
        return self.task == "classification"


def target_of(column: Column, task: Task | Literal["auto"] = "auto") -> Target:
    """The target, and what kind of task it makes.

    Text and booleans are classes, and so are whole numbers of at most 20 different values; other
    numbers are predicted as they are.

    Parameters
    ----------
    column : Column
        The column of the target.
    task : {"auto", "classification", "regression"}, default="auto"
        What the target is; "auto" finds it out.

    Raises
    ------
    TargetError
        If values are missing, infinite or too large to compute with, all are the same, a class has
        a single row, or the target does not fit the task.

    Examples
    --------
    >>> target_of(Column("species", "text", pd.Series(["iris", "rose"] * 3))).told
    "'species' holds 2 classes: classification"
    """
    if column.kind in ("dates", "durations"):
        raise TargetError(
            f"the target {column.name!r} holds {column.kind}, but must hold classes or numbers"
        )
    missing = int(column.values.isna().sum())
    if missing:
        raise TargetError(
            f"the target {column.name!r} lacks {missing} of {len(column.values)} values: remove "
            "these rows"
        )
    if task == "auto":
        task, told = found_task(column)
    else:
        told = f"{column.name!r}: {task}, as asked for"
    if task == "classification":
        return Target(column.name, "classification", class_labels(column), told)
    return Target(column.name, "regression", amounts_of(column), told)


def found_task(column: Column) -> tuple[Task, str]:
    """The task that a column looks like, and why."""
    different = column.values.nunique()
    name = repr(column.name)
    if column.kind != "numbers":
        return "classification", f"{name} holds {different} classes: classification"
    numbers = as_numbers(column)
    if task_of(numbers) == "classification":
        return (
            "classification",
            f"{name} holds {different} different whole numbers: classification "
            "(--task regression if they are amounts)",
        )
    kind = "whole numbers" if (numbers == numbers.round()).all() else "numbers"
    return "regression", f"{name} holds {different} different {kind}: regression"


def class_labels(column: Column) -> np.ndarray:
    """The class of each row, as text."""
    classes = as_categories(column)
    rows = classes.value_counts()
    require_different(column, len(rows))
    if rows.min() < 2:
        rare = rows.index[rows == 1]
        raise TargetError(
            f"the target {column.name!r} has a single row of {counted(len(rare), 'class', 'es')}, "
            f"such as {rare[0]!r}, but at least 2 of each are needed, to learn from and to judge by"
            + (" (--task regression takes it as numbers)" if column.kind == "numbers" else "")
            + (f" ({column.note})" if column.kind == "text" and column.note else "")
        )
    return classes.astype(str).to_numpy(dtype=object)


def amounts_of(column: Column) -> np.ndarray:
    """The number of each row."""
    if column.kind not in ("numbers", "booleans"):
        raise TargetError(
            f"the target {column.name!r} holds {column.kind}, but regression needs numbers"
            + (f" ({column.note})" if column.note else "")
        )
    numbers = as_numbers(column).to_numpy(dtype=np.float64)
    infinite = int(np.isinf(numbers).sum())
    if infinite:
        raise TargetError(
            f"the target {column.name!r} holds {counted(infinite, 'infinite value')}, but must be "
            "finite"
        )
    reason = reason_against_size(as_numbers(column))
    if reason:
        raise TargetError(f"the target {column.name!r} {reason}")
    different, told_apart = column.values.nunique(), len(np.unique(numbers))
    if pd.api.types.is_integer_dtype(column.values) and told_apart < different:
        raise TargetError(
            f"the target {column.name!r} holds {different} different whole numbers, some beyond "
            f"2^53, of which floating point numbers tell {told_apart} apart: subtract the "
            f"smallest, {column.values.min()}, from all"
        )
    require_different(column, told_apart)
    return numbers


def require_different(column: Column, different: int) -> None:
    """Raise where there is nothing to tell apart."""
    if different < 2:
        raise TargetError(
            f"the target {column.name!r} is the same in all rows, {column.values.iloc[0]}: there "
            "is nothing to predict"
        )
