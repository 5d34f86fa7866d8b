"""Tables in text with a line for each row, such as CSV: where they begin, and what separates."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise, takewhile

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from spectral.tables.large_files import Source
from spectral.tables.title_rows import (
    ROWS_LOOKED_AT,
    are_names,
    looks_like_a_name,
    require_no_title,
)

LARGEST_BLOCK = 2**31 - 1
"""Bytes of text from which the type of each column is told; pyarrow's limit."""

SEPARATORS = (",", ";", "\t", "|")

LINES_LOOKED_AT = 100

DECIMAL_COMMA = r"^\s*[+-]?\d+,\d+\s*$"

NUMERALS = r"^\s*[+-]?\d[\d.,]*\s*%?\s*$"
"""Texts that are numbers to people, among which NA stands for none."""

THOUSANDS_POINTS = r"^\s*[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)\s*$"
"""1.234 and 987, which may be more than a thousand where other columns have decimal commas."""

SAVE_AS_UTF8 = "save the file as UTF-8, which Excel calls 'CSV UTF-8'"


def read_separated(source: Source, separator: str) -> pa.Table:
    """Text with a line for each row, the first of which names the columns.

    Lines above it that begin with ``#`` are comments. Among texts NA, null and the like are missing
    unless they are quoted; quoted numbers may be missing, too, as ``"NA"`` or ``""``.

    Parameters
    ----------
    source : str or io.BytesIO
        The file.
    separator : str
        What usually separates columns; another is taken if the first rows are separated by it.

    Raises
    ------
    ValueError
        If it is no text in UTF-8, or a title stands above the names of the columns.
    """
    comments, separator = layout_of(first_lines(source), separator)
    table = parsed(source, comments, separator)
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        if pa.types.is_binary(kind):
            raise ValueError(
                f"the column {name!r} holds bytes that are no UTF-8 text: {SAVE_AS_UTF8}"
            )
    doubtful = columns_in_doubt(table)
    if not doubtful:
        return table
    written = parsed(source, comments, separator, doubtful)
    for name in doubtful:
        texts = as_written(table.column(name), written.column(name))
        table = table.set_column(table.column_names.index(name), name, texts)
    return table


def parsed(source: Source, comments: int, separator: str, texts: Sequence[str] = ()) -> pa.Table:
    """The table below the comments; or some of its columns, as texts whatever they look like."""
    size = os.path.getsize(source) if isinstance(source, str) else source.seek(0, os.SEEK_END)
    if not isinstance(source, str):
        source.seek(0)
    return arrow_csv.read_csv(
        source,
        # the types of columns follow from the first block: here from all of the text
        read_options=arrow_csv.ReadOptions(
            block_size=min(size + 1, LARGEST_BLOCK), skip_rows=comments
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            strings_can_be_null=True,
            quoted_strings_can_be_null=not texts,
            include_columns=texts,
            column_types=dict.fromkeys(texts, pa.string()),
        ),
    )


def columns_in_doubt(table: pa.Table) -> list[str]:
    """The columns of which it matters how their cells are written.

    These are texts of which some are missing, and where a column has decimal commas, numbers with
    points. None is named where two share a name, for such a table is refused.
    """
    texts = [column for column in table.columns if pa.types.is_string(column.type)]
    commas = any(
        pc.any(pc.match_substring_regex(column, DECIMAL_COMMA)).as_py() for column in texts
    )
    doubtful = [
        name
        for name, column in zip(table.column_names, table.columns, strict=True)
        if (column.type in (pa.string(), pa.null()) and column.null_count)
        or (pa.types.is_floating(column.type) and commas)
    ]
    return doubtful if len(set(table.column_names)) == table.num_columns else []


def as_written(column: pa.ChunkedArray, written: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column in doubt, or its cells as they are written where these say more.

    Examples
    --------
    >>> numbers = pa.chunked_array([[1.234, 987.0]])
    >>> as_written(numbers, pa.chunked_array([["1.234", "987"]])).to_pylist()
    ['1.234', '987']
    >>> as_written(numbers, pa.chunked_array([["1.2340", "987"]])).to_pylist()
    [1.234, 987.0]
    >>> as_written(pa.chunked_array([["0,5", None]]), pa.chunked_array([["0,5", "NA"]])).to_pylist()
    ['0,5', None]
    """
    if not pa.types.is_floating(column.type):  # "NA" is also a country, but "" is no text
        known = column.drop_null()
        if len(known) and pc.all(pc.match_substring_regex(known, NUMERALS)).as_py():
            return column
        texts = pc.if_else(pc.equal(written, ""), None, written)
        return texts if texts.null_count < len(texts) else column
    fitting = pc.match_substring_regex(written, THOUSANDS_POINTS)
    return written if pc.all(fitting).as_py() else column


def first_lines(source: Source) -> list[str]:
    """The first lines; bytes that are no UTF-8 become surrogates."""
    if isinstance(source, str):
        with open(source, "rb") as file:
            start = start_with_rows(file)
    else:
        start = start_with_rows(source)
        source.seek(0)
    return list(io.StringIO(start.decode("utf-8-sig", "surrogateescape"), newline=""))


def start_with_rows(lines: Iterable[bytes]) -> bytes:
    """All comments, however many, and some lines below them."""
    taken, rows = [], 0
    for line in lines:
        taken.append(line)
        rows += bool(line.strip()) and not line.startswith(b"#")
        if rows == LINES_LOOKED_AT:
            break
    return b"".join(taken)


def layout_of(lines: list[str], usual: str) -> tuple[int, str]:
    """How many lines stand above the names of the columns, and what separates these.

    Examples
    --------
    >>> layout_of(["# by hand", "a;b", "1,5;2"], ",")
    (1, ';')
    >>> layout_of(["#a,b", "1,2"], ",")
    (0, ',')
    >>> layout_of(["# by Ann, Bo", "a,b", "1,2"], ",")
    (1, ',')
    """
    above = list(takewhile(lambda line: line.startswith("#") or not line.strip(), lines))
    separator = separator_of(lines[len(above) :], usual)
    comments = len(above)
    rows = first_rows(lines[comments:], separator)
    if above and rows:  # of the columns the first may be called #
        names = first_rows(above[-1:], separator)
        below_names = are_names(rows[0]) and not all(map(are_names, rows[1:]))
        if names and len(names[0]) == len(rows[0]) > 1 and not below_names:
            comments, rows = comments - 1, [names[0], *rows]
    if rows:
        require_utf8(rows[0])
        require_no_title(rows)
    return comments, separator


def require_utf8(names: list[str]) -> None:
    """Raise if names of columns have surrogates for bytes that are no UTF-8."""
    for name in names:
        readable = name.encode(errors="replace").decode()
        if name != readable:
            raise ValueError(
                f"the name of the column {readable!r} is no UTF-8 text: {SAVE_AS_UTF8}"
            )


def separator_of(lines: list[str], usual: str) -> str:
    """What separates columns: the first rows have equally many by it, from the top if possible.

    Where this holds for several, most cells below the first row, of names, are numbers by it.

    Examples
    --------
    >>> separator_of(["a;b", "1,5;2,5", "3,5;4,5"], ",")
    ';'
    >>> separator_of(["size, cm;y", "1,5;2", "3,5;4"], ",")
    ';'
    """
    places = {}
    for separator in (usual, *SEPARATORS):
        rows = first_rows(lines, separator)
        equal = [len(row) == len(below) > 1 for row, below in pairwise(rows)]
        place = equal.index(True) if any(equal) else len(lines)
        numbers = [not looks_like_a_name(cell) for row in rows[1:] for cell in row]
        named = bool(numbers) and are_names(rows[0])
        places[separator] = (place, -sum(numbers) / len(numbers) if named else 0)
    return min(places, key=lambda separator: places[separator])


def first_rows(lines: list[str], separator: str) -> list[list[str]]:
    """The cells of the first rows that are not empty; none where they cannot be told."""
    reader = csv.reader(lines, delimiter=separator)
    try:
        return list(islice((row for row in reader if row), ROWS_LOOKED_AT))
    except csv.Error:  # a cell that is too long
        return []
