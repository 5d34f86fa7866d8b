"""What the columns of a table hold, and how they become numbers or categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spectral.rank.values_in_text import looks_of, readings_of
from spectral.rank.wording import counted, is_or_are

LARGEST_EXACT = 2**53
"""Whole numbers up to it are floating point numbers, too."""

SMALLEST_SIZE, LARGEST_SIZE = 1e-100, 1e100
"""Of the largest number in a column: there is room for sums of squares."""

KINDS_BY_INFERENCE = {
    "floating": "numbers",
    "integer": "numbers",
    "mixed-integer-float": "numbers",
    "decimal": "numbers",
    "boolean": "booleans",
    "datetime64": "dates",
    "datetime": "dates",
    "date": "dates",
    "timedelta64": "durations",
    "timedelta": "durations",
    "string": "text",
    "categorical": "categories",
    "empty": "nothing",
}
"""What a column holds, by what pandas infers."""

AS_CATEGORIES = "take the column as categories with --categories"
AS_CLASSES = "take the target as classes with --task classification"

PLAINLY_WRITTEN = {"numbers": "1234.5", "dates": "2020-12-31"}
"""What nobody reads in two ways."""


class ColumnError(ValueError):
    """A column cannot be an input; the message says why and what helps."""


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes
    ----------
    name : str
        Its name.
    kind : str
        ``"numbers"``, ``"booleans"``, ``"dates"``, ``"durations"``, ``"text"``, ``"categories"``,
        or ``"nothing"`` where every value is missing.
    values : pandas.Series
        As they were in the file; text that says numbers or dates alone is those already.
    note : str
        What a reader should know of how it is taken; empty where there is nothing to say.
    """

    name: str
    kind: str
    values: pd.Series
    note: str = ""


def column_of(
    name: str, values: pd.Series, as_text: bool = False, way_out: str = AS_CATEGORIES
) -> Column:
    """Find out what a column holds.

    Parameters
    ----------
    name : str
        What it is called.
    values : pandas.Series
        What it holds.
    as_text : bool, default=False
        Whether text is to stay text, though it may say numbers or dates.
    way_out : str
        What a user can do where text cannot be read, as the end of a sentence.

    Raises
    ------
    ColumnError
        If it holds neither numbers, booleans, dates nor text, or numbers and other text, or text
        that may be read as two different numbers or dates.

    Examples
    --------
    >>> column_of("petal", pd.Series([1, 2.5])).kind
    'numbers'
    >>> column_of("born", pd.Series(["7", "9", "11", "?"]))
    Traceback (most recent call last):
    ...
    spectral.rank.columns.ColumnError: column 'born' holds numbers, but also 1 value that is none, \
such as '?': mend it, or take the column as categories with --categories
    """
    inferred = pd.api.types.infer_dtype(values, skipna=True)
    kind = KINDS_BY_INFERENCE.get(inferred)
    if kind is None and all(isinstance(value, str | int | float) for value in values.dropna()):
        kind, values = "text", values.map(str, na_action="ignore")
    if kind is None:
        types = sorted({type(value).__name__ for value in values.dropna()})
        raise ColumnError(
            f"column {name!r} holds {' and '.join(types)}, but inputs are numbers, booleans, dates "
            "or text: leave it out"
        )
    if kind == "text" and not as_text:
        return column_of_text(name, values, way_out)
    return Column(name, kind, values, note_of(kind, values))


def column_of_text(name: str, values: pd.Series, way_out: str) -> Column:
    """A column of text: that of numbers counts as numbers, that of dates as dates."""
    known = values.dropna()
    readings = readings_of(known)
    whole = [reading for reading in readings if reading.is_whole]
    if whole:
        reading = whole[0]
        for other in whole[1:]:
            different = other.values != reading.values
            if different.any():
                raise ColumnError(
                    f"column {name!r} holds {reading.kind} such as {known[different].iloc[0]!r}, "
                    f"but nothing tells whether {reading.writing} or {other.writing}: write them "
                    f"like {PLAINLY_WRITTEN[reading.kind]}, or {way_out}"
                )
        kind, read = reading.kind, reading.values.reindex(values.index)
        told = (
            f"{kind} stored as text" if kind == "numbers" else note_of(kind, read),
            f"written {reading.writing}" if reading.writing else "",
        )
        return Column(name, kind, read, ", ".join(filter(None, told)))
    best = max(readings, key=lambda reading: reading.values.notna().mean())
    if best.values.notna().mean() >= 0.5:
        others = known[best.values.isna()]
        raise ColumnError(
            f"column {name!r} holds {best.kind}, but also {counted(len(others), 'value')} that "
            f"{is_or_are(len(others))} none, such as {others.iloc[0]!r}: mend "
            f"{'it' if len(others) == 1 else 'them'}, or {way_out}"
        )
    return Column(name, "text", values, told_of_looks(known))


def told_of_looks(texts: pd.Series) -> str:
    """What is to be said of texts that look like numbers or dates, but cannot be read so."""
    kind = looks_of(texts)
    if not kind:
        return ""
    return (
        f"text that looks like {kind}, such as {texts.iloc[0]!r}: write them like "
        f"{PLAINLY_WRITTEN[kind]} to have them read so"
    )


def note_of(kind: str, values: pd.Series) -> str:
    """As what dates and durations are taken."""
    if kind == "dates":
        return f"days since {pd.to_datetime(values, utc=True).min():%Y-%m-%d}"
    return "seconds" if kind == "durations" else ""


def as_numbers(column: Column) -> pd.Series:
    """The values as numbers, NaN where one is missing.

    All are float64, so that there is room for squares: booleans are 0 and 1, dates are days since
    the earliest, durations are seconds. But whole numbers stay so where none is missing, since
    those beyond 2^53 are no floating point numbers.
    """
    values = column.values
    if column.kind == "dates":
        moments = pd.to_datetime(values, utc=True)
        return (moments - moments.min()).dt.total_seconds() / 86400
    if column.kind == "durations":
        return pd.to_timedelta(values).dt.total_seconds()
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu":
        return values
    return pd.Series(values.to_numpy(dtype=np.float64, na_value=np.nan), values.index)


def reason_against_size(numbers: pd.Series) -> str:
    """Why numbers are too large or too small to compute with; empty if they are not.

    Examples
    --------
    >>> print(reason_against_size(pd.Series([1e300, -2e300])))
    holds numbers up to 2e+300, but the largest must be between 1e-100 and 1e+100: take another unit
    """
    largest = float(numbers.astype(np.float64).abs().max())
    if not largest or SMALLEST_SIZE <= largest <= LARGEST_SIZE:
        return ""
    return (
        f"holds numbers up to {largest:.2g}, but the largest must be between {SMALLEST_SIZE:g} "
        f"and {LARGEST_SIZE:g}: take another unit"
    )


def as_categories(column: Column) -> pd.Series:
    """The values as text, each different one a category; what is missing stays so."""
    values = column.values
    if column.kind == "numbers":
        values = as_numbers(column)
        known = values.dropna()
        if values.dtype.kind == "f" and (known == known.round()).all():
            exact = known.abs().max() <= LARGEST_EXACT
            values = values.astype("Int64") if exact else values
    return values.map(str, na_action="ignore").astype("category")
