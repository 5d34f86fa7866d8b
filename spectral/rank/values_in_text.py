"""Numbers and dates in text, as people write them, in each way that they may be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

WITH_THOUSANDS = r"[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?"
"""1,234.5 and 1234.5"""

WITH_DECIMAL_COMMA = r"[+-]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d*)?(?:[eE][+-]?\d+)?"
"""1.234,5 and 1234,5"""

WITH_COMMAS = "with decimal commas"

DAY_OR_YEAR_FIRST = r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?:[ T].*)?"

ORDERS = {
    "%Y-%m-%d": "",
    "%d-%m-%Y": "with the day first",
    "%m-%d-%Y": "with the month first",
}
"""How dates are written, and what is said of it."""

CLOCKS = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")

CURRENCY = r"(?:[$€£¥]|USD|EUR|GBP|CHF)"

WRITTEN_OTHERWISE = {
    "numbers": rf"(?:{CURRENCY} ?)?[+-]?(?:{CURRENCY} ?)?"
    rf"(?:\d+|\d{{1,3}}(?:[\s'’.,]\d{{3}})+)(?:[.,]\d*)?(?: ?{CURRENCY})?",
    "dates": r"\d{1,2}[./-]\d{1,2}[./-]\d{2}(?:\d{2})?(?:[ T,].*)?",
}
"""What people read as numbers or dates, though it is not read so here: $1.50, 1 234, 13/02/20."""


@dataclass(frozen=True)
class Reading:
    """One way to read the texts of a column.

    Attributes
    ----------
    kind : str
        ``"numbers"`` or ``"dates"``.
    values : pandas.Series
        What the texts say; missing where one cannot be read so.
    writing : str
        How they are written, such as ``"with decimal commas"``; empty where it is the usual way.
    """

    kind: str
    values: pd.Series
    writing: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every text can be read so."""
        return bool(self.values.notna().all())


def readings_of(texts: pd.Series) -> list[Reading]:
    """The ways in which texts may be read as numbers or dates.

    Parameters
    ----------
    texts : pandas.Series
        Text alone; none is missing.

    Examples
    --------
    >>> [plain, thousands, commas] = readings_of(pd.Series(["1,234", "0,5", "7"]))
    >>> plain.is_whole, thousands.is_whole, commas.values.tolist()
    (False, False, [1.234, 0.5, 7.0])
    """
    places, different = pd.factorize(texts.str.strip())  # often few of a million
    different = pd.Series(different)
    return [
        replace(reading, values=reading.values.take(places).set_axis(texts.index))
        for reading in (*numbers_in(different), *dates_in(different))
    ]


def numbers_in(texts: pd.Series) -> list[Reading]:
    """Texts as numbers, with points or commas; as percentages where most end in percent signs."""
    percent = texts.str.endswith("%")
    sign = "with percent signs" if percent.mean() >= 0.5 else ""
    if sign:
        texts = texts.where(percent).str.rstrip("% ")
    readings = [Reading("numbers", pd.to_numeric(texts, errors="coerce"), sign)]
    if readings[0].is_whole or not texts.str.contains(",", regex=False, na=False).any():
        return readings
    for pattern, thousands, decimals, writing in (
        (WITH_THOUSANDS, ",", ".", "with thousands separators"),
        (WITH_DECIMAL_COMMA, ".", ",", WITH_COMMAS),
    ):
        fitting = texts.where(texts.str.fullmatch(pattern, na=False))
        plain = fitting.str.replace(thousands, "", regex=False)
        numbers = pd.to_numeric(plain.str.replace(decimals, ".", regex=False), errors="coerce")
        readings.append(Reading("numbers", numbers, " and ".join(filter(None, (writing, sign)))))
    return readings


def dates_in(texts: pd.Series) -> list[Reading]:
    """Texts as dates, the year, the day or the month first; none where few look like dates."""
    dated = texts.where(texts.str.fullmatch(DAY_OR_YEAR_FIRST))
    if dated.notna().mean() < 0.5:
        return []
    dashed = dated.str.replace(r"[./]", "-", n=2, regex=True)
    readings = [Reading("dates", moments_in(dated, "ISO8601"))]
    for order, writing in ORDERS.items():
        moments = moments_in(dashed, order)
        for clock in CLOCKS:
            rest = dashed[moments.isna()]
            moments = moments.fillna(moments_in(rest, order + clock))
        readings.append(Reading("dates", moments, writing))
    return readings


def moments_in(texts: pd.Series, written: str) -> pd.Series:
    """Texts as moments, missing where one is not written so."""
    return pd.to_datetime(texts, format=written, errors="coerce", utc=True)


def looks_of(texts: pd.Series) -> str:
    """What half of the texts or more look like, ``"numbers"`` or ``"dates"``; empty if neither.

    Examples
    --------
    >>> looks_of(pd.Series(["$1.50", "$2", "free"])), looks_of(pd.Series(["1.2.1", "1.10.2"]))
    ('numbers', '')
    """
    stripped = texts.str.strip()
    for kind, pattern in WRITTEN_OTHERWISE.items():
        if stripped.str.fullmatch(pattern).mean() >= 0.5:
            return kind
    return ""
