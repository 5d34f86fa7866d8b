"""Reads what the columns of a table hold, numbers or categories, from arrays and DataFrames.

pandas and polars are read through narwhals, as scikit-learn reads them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NoReturn

import narwhals.stable.v2 as nw
import numpy as np
from sklearn.utils import check_array

from spectral.tables.cells import cells_of_objects, missing_cells
from spectral.tables.table_columns import Table

EXACT = 2**53
"""Up to here float64 holds every whole number."""
LOW_BITS = 32
ALLOWED = "numbers, booleans, dates, text or categories"


def read_table(table: Any, estimator: str | None = None, least_rows: int = 1) -> Table:
    """The columns of an array, a list of rows, or a DataFrame of pandas or polars.

    Text, and the categorical types of pandas and polars, are categories. Booleans are the numbers
    0 and 1, dates and durations are microseconds. A column of Python objects is text, dates or
    numbers, whichever all its cells are.

    Parameters
    ----------
    table : array-like or DataFrame
        ``(B, columns)``.
    estimator : str or None, default=None
        Who asks, for scikit-learn's sentences.
    least_rows : int, default=1
        How many rows there must be.

    Raises
    ------
    TypeError, ValueError
        If it is sparse, no table, too small, has two columns of one name, has a cell that is empty,
        NaN or infinite, or holds anything but numbers, booleans, dates, text and categories.

    Examples
    --------
    >>> table = read_table([[1, "red", True], [2, "blue", False]])
    >>> table.numeric, table.numbers.tolist(), table.categories.ravel().tolist()
    ([0, 2], [[1, 1], [2, 0]], ['red', 'blue'])
    """
    if nw.dependencies.is_into_dataframe(table):
        return _read_frame(table, least_rows)
    if isinstance(table, np.ma.MaskedArray) and np.ma.is_masked(table):
        cells = np.ma.count_masked(table)
        raise ValueError(f"X is masked in {cells} cells, but the network needs every value")
    if isinstance(table, list | tuple):
        table = _array_of(table)
    array = check_array(
        table,
        dtype=None,
        ensure_all_finite=False,
        ensure_min_samples=least_rows,
        estimator=estimator,
        input_name="X",
    )
    labels: list[Any] = list(range(array.shape[1]))
    if array.dtype.kind not in "biuf":
        return _of_columns(labels, [_column(label, array[:, label]) for label in labels])
    _check_finite_columns(labels, array)
    high, low_digits = _split_digits(array)
    return Table(labels, labels, high, low_digits, [], np.empty((len(array), 0), dtype=object))


def _read_frame(table: Any, least_rows: int) -> Table:
    names = Counter(map(str, table.columns))
    twice = [name for name, times in names.items() if times > 1]
    if twice:
        raise ValueError(
            f"X has more than one column {twice[0]!r}, but each needs a name of its own"
        )
    frame = nw.from_native(table, eager_only=True)
    rows, width = frame.shape
    if rows < least_rows or width < 1:
        raise ValueError(
            f"X has {rows} rows and {width} columns, but must have at least {least_rows} and 1"
        )
    columns = zip(frame.columns, frame.iter_columns(), strict=True)
    return _of_columns(
        frame.columns, [_column(label, _as_array(label, series)) for label, series in columns]
    )


def _as_array(label: Any, series: nw.Series[Any]) -> np.ndarray:
    """A DataFrame's column as a NumPy array that tells its kind."""
    empty = series.null_count()
    if empty:
        _refuse_missing(label, empty, len(series))
    if series.dtype in (nw.String, nw.Categorical, nw.Enum):
        return series.cast(nw.String).to_numpy().astype(object)
    if series.dtype in (nw.Decimal, nw.Int128, nw.UInt128):
        series = series.cast(nw.Float64)
    values = series.to_numpy()
    return values.astype(bool) if series.dtype == nw.Boolean else values


def _of_columns(labels: list[Any], columns: list[np.ndarray]) -> Table:
    """A table out of columns of numbers and of ``str``."""
    numeric = [place for place, column in enumerate(columns) if column.dtype != object]
    categorical = [place for place, column in enumerate(columns) if column.dtype == object]
    split = [_split_digits(columns[place][:, None]) for place in numeric]
    low_digits = {place: low[0] for place, (_, low) in enumerate(split) if low}
    parts = [high for high, _ in split]
    none = np.empty((len(columns[0]), 0))
    numbers = np.hstack(parts) if parts else none
    categories = np.empty((len(columns[0]), len(categorical)), dtype=object)
    for place, column in enumerate(categorical):
        categories[:, place] = columns[column]
    return Table(labels, numeric, numbers, low_digits, categorical, categories)


def _column(label: Any, values: np.ndarray) -> np.ndarray:
    """The column as real numbers, or as objects that are all ``str``."""
    if values.dtype.kind in "USO":
        values = values.astype(object)
        empty = missing_cells(values)
        if empty:
            _refuse_missing(label, empty, len(values))
        values = cells_of_objects(f"column {label!r} of X", values, ALLOWED)
    kind = values.dtype.kind
    if kind == "O":
        return values
    if kind in "mM":
        empty = int(np.isnat(values).sum())
        if empty:
            _refuse_missing(label, empty, len(values))
        return values.astype(f"{kind}8[us]").astype(np.int64)
    if kind not in "biuf":
        raise ValueError(f"column {label!r} of X is {values.dtype}, but must be {ALLOWED}")
    _check_finite_columns([label], values[:, None])
    return values


def _split_digits(block: np.ndarray) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """The high digits of whole numbers beyond 2⁵³, and by column the low ones, as float64."""
    if block.dtype.kind not in "iu" or block.dtype.itemsize < 8:
        return block, {}
    beyond = (block.max(axis=0) > EXACT) | (block.min(axis=0) < -EXACT)
    if not beyond.any():
        return block, {}
    high = block.astype(np.float64)
    high[:, beyond] = (block[:, beyond] >> LOW_BITS).astype(np.float64) * 2.0**LOW_BITS
    low = block & (2**LOW_BITS - 1)
    places = np.flatnonzero(beyond).tolist()
    return high, {place: low[:, place].astype(np.float64) for place in places}


def _array_of(rows: list[Any] | tuple[Any, ...]) -> np.ndarray:
    """Rows as an array that keeps numbers beside text as numbers."""
    array = np.array(rows)
    return np.array(rows, dtype=object) if array.dtype.kind in "US" else array


def _check_finite_columns(labels: list[Any], block: np.ndarray) -> None:
    if block.dtype.kind != "f":
        return
    finite = np.isfinite(block)
    wrong = np.flatnonzero(~finite.all(axis=0))
    if len(wrong):
        label, values = labels[wrong[0]], block[:, wrong[0]]
        missing = int(np.isnan(values).sum())
        if missing:
            _refuse_missing(label, missing, len(values))
        infinite = int(np.isinf(values).sum())
        raise ValueError(
            f"column {label!r} of X holds infinity in {infinite} of {len(values)} rows, but must "
            "hold finite numbers"
        )


def _refuse_missing(label: Any, count: int, rows: int) -> NoReturn:
    raise ValueError(
        f"column {label!r} of X holds nothing (NaN) in {count} of {rows} rows, but the network "
        "needs every value: fill them, for instance with sklearn.impute.SimpleImputer"
    )
