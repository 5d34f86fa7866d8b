"""Tables in files: CSV, TSV, Parquet, Feather and Excel, also gzipped; the ending decides."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
from pyarrow import feather
from python_calamine import CalamineError

from spectral.tables.excel_sheets import read_excel
from spectral.tables.large_files import Source, sample_of_arrow, sample_of_parquet
from spectral.tables.separated_text import read_separated

BEGINNINGS = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "a Feather file",
    b"FEA1": "a Feather file",
    b"PK\x03\x04": "an Excel file or another ZIP archive",
    b"\xd0\xcf\x11\xe0": "an Excel file of before 2007",
    b"\x1f\x8b": "a gzipped file",
    b"%PDF": "a PDF file",
    b"SQLite format 3": "an SQLite database",
    b"\x89PNG": "a picture",
    b"\xff\xfe": "text in UTF-16: save it as UTF-8",
    b"\xfe\xff": "text in UTF-16: save it as UTF-8",
}
"""What a file is that begins like this."""


class TableFileError(ValueError):
    """A file holds no table of the kind that its ending says; the message says why."""


@dataclass(frozen=True)
class TableFile:
    """What a file held.

    Attributes
    ----------
    path : Path
        The file.
    frame : pandas.DataFrame
        Its rows, numbered from 0, and its columns, whose names may occur twice or be empty. Of a
        large file some rows, drawn at random, see :mod:`spectral.tables.large_files`.
    rows : int
        How many rows the file has.
    sha256 : str
        The checksum of the bytes of the file.
    note : str
        What a reader should know of what is read; empty where there is nothing to say.
    """

    path: Path
    frame: pd.DataFrame
    rows: int
    sha256: str
    note: str = ""


def read_table_file(path: Path, wanted: str = "") -> TableFile:
    """Read a table: whole, but for Parquet and Feather files of a great many rows.

    Parameters
    ----------
    path : Path
        A file whose name ends in ``.csv``, ``.tsv``, ``.parquet``, ``.feather``, ``.xlsx`` or
        ``.xls``, or in one of them and ``.gz``. Text is UTF-8 and its first line names the
        columns, but for comments above it, see :mod:`spectral.tables.separated_text`; so does the
        first row of an Excel file, of which the largest sheet is read.
    wanted : str, default=""
        A column that the table should have: of an Excel file the largest sheet with it is read, if
        there is one.

    Raises
    ------
    TableFileError
        If the ending is none of these, the file is not what its ending says, or it has changed
        while it was read.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "flowers.csv"
    >>> _ = path.write_text("petal,species\\n1.5,iris\\n2,rose\\n")
    >>> read_table_file(path).frame
       petal species
    0    1.5    iris
    1    2.0    rose
    """
    kind = kind_of(path)
    if path.exists() and not path.is_file():  # a pipe may have no end
        raise TableFileError(f"{path} is not a file")
    before = fingerprint(path)
    problem: TableFileError | None = None
    try:
        source = str(path) if path.suffix.lower() != ".gz" else io.BytesIO(unpacked(path))
        require_beginning_of(kind, source)
        content = kind.read(source, wanted)
    except READING_ERRORS as error:
        reason = " ".join(str(error).split()).rstrip(".")
        problem = TableFileError(f"{path} cannot be read as {kind.title}: {reason}")
    if fingerprint(path) != before:  # which explains an error, too
        raise TableFileError(f"{path} has changed while it was read: try again once it is whole")
    if problem:
        raise problem
    return TableFile(path, content.frame, content.rows, before[2], content.note)


def kind_of(path: Path) -> Kind:
    """The kind of file that its ending stands for."""
    name = path.name.lower().removesuffix(".gz")
    for ending, kind in KINDS.items():
        if name.endswith(ending):
            return kind
    raise TableFileError(
        f"{path} does not end in {', '.join(KINDS)} or one of them and .gz: its ending has to tell "
        "what it holds"
    )


def fingerprint(path: Path) -> tuple[int, int, str]:
    """Size, time of the last change and checksum of a file."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        return status.st_size, status.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()


def unpacked(path: Path) -> bytes:
    """The content of a gzipped file."""
    with gzip.open(path) as file:
        return file.read()


def require_beginning_of(kind: Kind, source: Source) -> None:
    """Raise unless a file begins as its kind does, or at least as no other."""
    beginning = start_of(source)
    if not beginning:
        raise ValueError("it is empty")
    if any(beginning.startswith(each) for each in kind.beginnings):
        return
    for other, title in BEGINNINGS.items():
        if beginning.startswith(other):
            raise ValueError(f"it begins like {title}")
    if kind.beginnings:
        raise ValueError("it does not begin like one")
    if b"\0" in beginning:
        raise ValueError("it holds bytes that are no text")


def start_of(source: Source) -> bytes:
    """The first bytes."""
    if isinstance(source, str):
        with open(source, "rb") as file:
            return file.read(4096)
    start = source.read(4096)
    source.seek(0)
    return start


class Content(NamedTuple):
    """Rows of a file that are looked at, how many it has, and what is to be said of them."""

    frame: pd.DataFrame
    rows: int
    note: str = ""


def content_of_parquet(source: Source, _: str) -> Content:
    table, rows = sample_of_parquet(source)
    return Content(frame_of(table), rows)


def content_of_feather(source: Source, _: str) -> Content:
    if start_of(source).startswith(b"FEA1"):
        return whole(frame_of(feather.read_table(source)))
    table, rows = sample_of_arrow(source)
    return Content(frame_of(table), rows)


def content_of_excel(source: Source, wanted: str) -> Content:
    return whole(*read_excel(source, wanted))


def whole(frame: pd.DataFrame, note: str = "") -> Content:
    """All rows of a file."""
    return Content(frame, len(frame), note)


def frame_of(table: pa.Table) -> pd.DataFrame:
    """The columns of an Arrow table, an index of pandas that was stored among them."""
    return table.to_pandas(ignore_metadata=True, date_as_object=False, split_blocks=True)


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, how it begins and what reads it, given a wanted column."""

    title: str
    read: Callable[[Source, str], Content]
    beginnings: tuple[bytes, ...] = ()


KINDS = {
    ".csv": Kind("a CSV file", lambda source, _: whole(frame_of(read_separated(source, ",")))),
    ".tsv": Kind("a TSV file", lambda source, _: whole(frame_of(read_separated(source, "\t")))),
    ".parquet": Kind("a Parquet file", content_of_parquet, (b"PAR1",)),
    ".feather": Kind("a Feather file", content_of_feather, (b"ARROW1", b"FEA1")),
    ".xlsx": Kind("an Excel file", content_of_excel, (b"PK\x03\x04",)),
    ".xls": Kind(
        "an Excel file of before 2007",
        content_of_excel,
        (b"\xd0\xcf\x11\xe0",),
    ),
}

READING_ERRORS = (
    ValueError,  # UnicodeDecodeError is one, and so is what Arrow says of wrong content
    OSError,  # gzip.BadGzipFile, and Arrow where a file ends too early
    pa.ArrowException,
    CalamineError,
    EOFError,
    zlib.error,
)
