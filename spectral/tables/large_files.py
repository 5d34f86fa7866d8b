"""Files of more rows than are looked at: some, drawn while the file is gone through.

Parquet and Feather files are read from a memory map, batch by batch, so that no more than a batch
of the file and the rows drawn are in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import parquet

Source = str | BinaryIO
"""The path of a file, or its content once that is unpacked."""

MOST_VALUES = 2**23
"""A table of more is not read whole."""

FEWEST_ROWS_READ = 20_000
"""So many are read of any table, however many columns it has: no seed looks at more."""

BATCH_VALUES = 2**21


def most_rows(columns: int) -> int:
    """How many rows of a table with so many columns are read.

    Examples
    --------
    >>> most_rows(columns=50), most_rows(columns=20_000)
    (167772, 20000)
    """
    return max(MOST_VALUES // max(columns, 1), FEWEST_ROWS_READ)


def sample_of_parquet(source: Source) -> tuple[pa.Table, int]:
    """The rows of a Parquet file, or some of them in their order; and how many it has."""
    with parquet.ParquetFile(source, memory_map=True) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
        if rows <= most_rows(len(schema)):
            return file.read(), rows
        batches = file.iter_batches(max(BATCH_VALUES // len(schema), 1), use_threads=False)
        return drawn_from(batches, schema, rows), rows


def sample_of_arrow(source: Source) -> tuple[pa.Table, int]:
    """The same of an Arrow file, which is what Feather files are since their second version."""
    mapped = pa.memory_map(source) if isinstance(source, str) else source
    with pa.ipc.open_file(mapped) as file:
        rows = sum(batch.num_rows for batch in batches_of(file))
        if rows <= most_rows(len(file.schema)):
            return file.read_all(), rows
        return drawn_from(batches_of(file), file.schema, rows), rows


def batches_of(file: pa.ipc.RecordBatchFileReader) -> Iterator[pa.RecordBatch]:
    """The batches of an Arrow file, one after the other."""
    return (file.get_batch(number) for number in range(file.num_record_batches))


def drawn_from(batches: Iterable[pa.RecordBatch], schema: pa.Schema, rows: int) -> pa.Table:
    """As many rows as are read of such a table, each as likely as any other, the same every time.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        All rows.
    schema : pyarrow.Schema
        Their columns.
    rows : int
        How many they are.
    """
    random = np.random.default_rng(0)
    chosen = np.sort(random.choice(rows, most_rows(len(schema)), replace=False))
    first, taken = 0, []
    for batch in batches:
        here = chosen[np.searchsorted(chosen, [first, first + batch.num_rows])[0] :]
        here = here[: np.searchsorted(here, first + batch.num_rows)] - first
        taken.append(batch.take(pa.array(here)))
        first += batch.num_rows
    return pa.Table.from_batches(taken, schema)
