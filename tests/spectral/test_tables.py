"""Tables of any kind become inputs: scaled and encoded without loss, or refused in a sentence."""

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from spectral.tables.encoding import TableEncoder, relevance_of_columns
from spectral.tables.equal_rows import distinct_rows
from spectral.tables.table_reading import read_table

RANDOM = np.random.default_rng(0)
NUMBERS = RANDOM.normal(size=(60, 3))
COLOURS = RANDOM.choice(["red", "green", "blue"], size=60)
FRAMES = (pd.DataFrame, pl.DataFrame)


def encoded(table: Any, **options: Any) -> np.ndarray:
    read = read_table(table)
    return TableEncoder(**options).fit(read).transform(read)


@pytest.mark.parametrize(
    "table",
    [
        NUMBERS,
        NUMBERS.tolist(),
        NUMBERS.astype(object),
        np.asfortranarray(NUMBERS),
        NUMBERS.astype(">f8"),
        pd.DataFrame(NUMBERS),
        pd.DataFrame(NUMBERS, columns=["a", "b", "c"]).convert_dtypes(),
        pl.DataFrame(NUMBERS, schema=["a", "b", "c"]),
    ],
)
def test_numbers_of_any_container_are_standardised(table: Any) -> None:
    expected = StandardScaler().fit_transform(NUMBERS)
    np.testing.assert_allclose(encoded(table), expected, atol=1e-6)


@pytest.mark.parametrize("scale", [1e30, 1e-30, 1e300, 1e-300])
def test_no_scale_is_too_large_or_too_small(scale: float) -> None:
    expected = StandardScaler().fit_transform(NUMBERS)
    np.testing.assert_allclose(encoded(NUMBERS * scale), expected, atol=1e-6)


def test_numbers_far_from_zero_keep_their_differences() -> None:
    shifted = np.round(NUMBERS * 1000) + 1e15
    expected = StandardScaler().fit_transform(np.round(NUMBERS * 1000))
    np.testing.assert_allclose(encoded(shifted), expected, atol=1e-6)


@pytest.mark.parametrize("kind", [np.int64, np.uint64, object])
@pytest.mark.parametrize("make", [np.asarray, lambda values: pd.DataFrame(values, columns=["n"])])
def test_whole_numbers_beyond_two_to_the_53_keep_their_last_digit(kind: Any, make: Any) -> None:
    small = np.random.default_rng(1).integers(0, 5, size=(50, 1))
    large = np.array([[2**62 + 1 + int(value)] for (value,) in small], dtype=kind)
    np.testing.assert_array_equal(encoded(make(large)), encoded(small))
    negative = make(-large.astype(object) if kind is np.uint64 else -large)
    if kind is not np.uint64:
        np.testing.assert_allclose(encoded(negative), -encoded(small), atol=1e-6)


def test_a_table_may_have_other_types_than_the_one_that_was_learnt_from() -> None:
    large = np.array([[2**60], [2**60 + 2], [2**60 + 4]])
    encoder = TableEncoder().fit(read_table(large))
    new = encoder.transform(read_table(np.array([[2.0**60], [0.0]])))
    assert new[0] == pytest.approx(encoder.transform(read_table(large))[0])
    assert new[1] < -1e17


def test_weights_count_as_repeats() -> None:
    weights = np.random.default_rng(1).integers(1, 4, size=60)
    mixed = pd.DataFrame(NUMBERS).assign(colour=COLOURS)
    mixed.columns = mixed.columns.astype(str)
    weighted = TableEncoder().fit(read_table(mixed), weights.astype(float))
    repeated = TableEncoder().fit(read_table(mixed.loc[mixed.index.repeat(weights)]))
    table = read_table(mixed)
    np.testing.assert_allclose(weighted.transform(table), repeated.transform(table), atol=1e-5)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(COLOURS, name="c").astype("category"),
        pd.Series(COLOURS, name="c", dtype=object),
        pd.Series(COLOURS, name="c", dtype="str"),
        pl.Series("c", COLOURS.tolist()),
        pl.Series("c", COLOURS.tolist(), dtype=pl.Categorical),
        pl.Series("c", COLOURS.tolist(), dtype=pl.Enum(["red", "green", "blue"])),
    ],
)
def test_categories_are_one_hot_encoded(column: Any) -> None:
    expected = OneHotEncoder(sparse_output=False).fit_transform(COLOURS[:, None])
    frame = column.to_frame()
    np.testing.assert_array_equal(encoded(frame, standardise=False), expected)
    of_columns = encoded(frame)
    np.testing.assert_allclose(of_columns.mean(axis=0), 0, atol=1e-6)
    assert of_columns.var(axis=0).sum() == pytest.approx(1, abs=1e-5)
    pairwise = expected - expected.mean(axis=0)  # one scale for all categories
    np.testing.assert_allclose(of_columns / of_columns[0, 0], pairwise / pairwise[0, 0], rtol=1e-4)


def test_two_categories_are_the_same_input_as_a_boolean_and_as_a_number() -> None:
    red = COLOURS == "red"
    table = pd.DataFrame({"text": np.where(red, "z", "a"), "bool": red, "number": red * 7.0})
    inputs = encoded(table)
    assert inputs.shape == (60, 3)
    np.testing.assert_allclose(inputs, inputs[:, [0, 0, 0]], atol=1e-6)


def test_inputs_know_their_columns() -> None:
    table = read_table(
        pl.DataFrame({"colour": COLOURS, "same": [1] * 60, "x": NUMBERS[:, 0], "t": ["a"] * 60})
    )
    encoder = TableEncoder().fit(table)
    assert encoder.varying.tolist() == [0, 2]
    assert encoder.groups.tolist() == [1, 0, 0, 0]
    relevance = np.array([[5.0, 2.0, 3.0, 6.0], [0.0, 0.0, 0.0, 0.0]])
    assert relevance_of_columns(relevance, encoder.groups).tolist() == [[7.0, 5.0], [0.0, 0.0]]


def test_rare_and_unknown_categories() -> None:
    many = pd.DataFrame({"c": [f"often{i % 60}" for i in range(300)] + ["rare", "rarer"]})
    encoder = TableEncoder(standardise=False).fit(read_table(many))
    assert len(encoder.groups) == 50
    rare = encoder.transform(read_table(pd.DataFrame({"c": ["rare", "never seen"]})))
    np.testing.assert_array_equal(rare[0], rare[1])
    few = TableEncoder(standardise=False).fit(read_table(pd.DataFrame({"c": COLOURS})))
    assert not few.transform(read_table(pd.DataFrame({"c": ["never seen"]}))).any()


DAYS = [datetime.date(2020, 1, 1) + datetime.timedelta(int(d)) for d in RANDOM.integers(0, 999, 40)]
STAMPS = pd.Series(pd.to_datetime(DAYS))


@pytest.mark.parametrize(
    "table",
    [
        STAMPS.to_frame("d"),
        STAMPS.astype("datetime64[ns]").to_frame("d"),
        STAMPS.dt.tz_localize("UTC").to_frame("d"),
        (STAMPS - STAMPS[0]).to_frame("d"),
        pl.DataFrame({"d": DAYS}),
        pl.DataFrame({"d": STAMPS.to_list()}),
        pl.DataFrame({"d": [day - DAYS[0] for day in DAYS]}),
        STAMPS.to_numpy()[:, None],
        STAMPS.to_numpy(dtype="datetime64[D]")[:, None],
    ],
)
def test_dates_and_durations_are_numbers(table: Any) -> None:
    days = np.array([[(day - DAYS[0]).days] for day in DAYS])
    np.testing.assert_allclose(encoded(table), encoded(days), atol=1e-6)


def test_dates_and_durations_of_python_are_numbers() -> None:
    day = datetime.datetime(2020, 2, 29, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    cells = np.array(
        [
            [datetime.date(2020, 2, 29), day, datetime.timedelta(days=1)],
            [datetime.date(2020, 3, 1), pd.Timestamp("2020-03-01", tz="UTC"), pd.Timedelta("2D")],
        ],
        dtype=object,
    )
    a_day = 86_400 * 10**6
    first, second = read_table(cells).numbers
    assert (second - first).tolist() == [a_day, a_day * 14 / 24, a_day]


def test_decimals_and_wide_integers_are_numbers() -> None:
    table = pl.DataFrame(
        {
            "decimal": [Decimal("1.5"), Decimal("2.5"), Decimal("3.5")],
            "wide": pl.Series([1, 2, 3], dtype=pl.Int128),
        }
    )
    np.testing.assert_allclose(encoded(table), encoded([[1, 1], [2, 2], [3, 3]]), atol=1e-6)


def test_lists_keep_numbers_beside_text() -> None:
    table = read_table([[1.5, "red"], [2.5, "blue"]])
    assert table.numbers.tolist() == [[1.5], [2.5]]
    assert table.categories.tolist() == [["red"], ["blue"]]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pd.DataFrame({"age": [1.0, None, 3.0]}), "'age' of X holds nothing .NaN. in 1 of 3 rows"),
        (pl.DataFrame({"age": [1, None, None]}), "'age' of X holds nothing .NaN. in 2 of 3 rows"),
        (pl.DataFrame({"age": [1.0, float("nan")]}), "'age' of X holds nothing"),
        (pd.DataFrame({"c": ["a", None]}), "'c' of X holds nothing"),
        (pd.DataFrame({"c": pd.Categorical(["a", None])}), "'c' of X holds nothing"),
        (pd.DataFrame({"b": pd.array([True, None])}), "'b' of X holds nothing"),
        (pd.DataFrame({"d": pd.to_datetime(["2020-01-01", None])}), "'d' of X holds nothing"),
        (np.array([["2020-01-01"], ["NaT"]], dtype="datetime64[D]"), "0 of X holds nothing"),
        ([[1.0, 2.0], [3.0, np.nan]], "column 1 of X holds nothing .NaN. in 1 of 2 rows"),
        (np.array([["a"], [None]], dtype=object), "column 0 of X holds nothing"),
        (np.array([["a"], [np.nan]], dtype=object), "column 0 of X holds nothing"),
        ([[1.0, np.inf], [3.0, -np.inf]], "column 1 of X holds infinity in 2 of 2 rows"),
        (pd.DataFrame({"x": [np.inf, 1.0]}), "'x' of X holds infinity"),
        (np.array([["a"], [1]], dtype=object), "mixes text, such as 'a', with .* such as 1"),
        (np.array([[{}], [{}]]), "0 of X must hold numbers.*not 'dict'"),
        (pd.DataFrame({"l": [[1], [2]]}), "'l' of X must hold numbers"),
        (pd.DataFrame({"p": pd.period_range("2020", periods=2)}), "'p' of X must hold numbers"),
        (pd.DataFrame({"z": [1j, 2j]}), "'z' of X is complex128"),
        (np.array([[1j], [2j]]), "Complex data not supported"),
        (pl.DataFrame({"t": [datetime.time(1), datetime.time(2)]}), "'t' of X must hold numbers"),
        (pd.DataFrame(np.ones((2, 3)), columns=["a", "b", "a"]), "more than one column 'a'"),
        (pd.DataFrame({"a": []}), "has 0 rows and 1 columns"),
        (pl.DataFrame(), "has 0 rows and 0 columns"),
        (pd.DataFrame(index=range(3)), "has 3 rows and 0 columns"),
        (np.empty((0, 3)), "0 sample"),
        (np.empty((3, 0)), "0 feature"),
        (np.ones(3), "Expected 2D array"),
        (pd.Series([1, 2]), "Expected"),
        (sparse.eye_array(3), "Sparse data was passed for X"),
        ("table.csv", "Expected 2D array"),
    ],
)
def test_what_cannot_be_an_input_is_named(table: Any, sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence):
        read_table(table)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([[1, 2], [1, 2]], "each of its 2 columns holds one value alone"),
        ([[-1.7e308], [1.7e308]], "column 0 of X holds numbers further apart"),
    ],
)
def test_what_cannot_be_scaled_is_named(table: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        encoded(table)


def test_numbers_too_large_for_the_network_are_named() -> None:
    with pytest.raises(ValueError, match=r"X holds 1e\+39 .* scale it"):
        encoded([[0.0], [1e39]], standardise=False)


@pytest.mark.parametrize("make", FRAMES)
def test_equal_rows_become_one_in_an_order_of_their_own(make: Any) -> None:
    columns: dict[str, list[Any]] = {
        "x": [0.0, 1.0, -0.0, 1.0],
        "c": ["a", "b", "a", "b"],
        "big": [2**60] * 4,
    }
    targets = np.array([5, 6, 5, 7])
    weights = np.array([1.0, 0.0, 0.5, 2.0])
    distinct = distinct_rows(read_table(make(columns)), targets, weights)
    assert distinct.weights is not None
    assert dict(zip(distinct.targets, distinct.weights, strict=True)) == {5: 1.5, 7: 2.0}
    order = [3, 2, 1, 0]
    turned = make({name: [values[i] for i in order] for name, values in columns.items()})
    again = distinct_rows(read_table(turned), targets[order], weights[order])
    assert again.targets.tolist() == distinct.targets.tolist()
    assert again.table.categories.tolist() == distinct.table.categories.tolist()


def test_distinct_rows_of_equal_weight_have_no_weights() -> None:
    table = read_table(NUMBERS)
    assert distinct_rows(table, np.zeros(60), None).weights is None
    assert distinct_rows(table, np.zeros(60), np.full(60, 3.0)).weights is None
