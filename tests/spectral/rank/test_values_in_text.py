"""Numbers and dates as people write them: read where the writing leaves no doubt."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from spectral.rank.columns import ColumnError, column_of
from spectral.rank.examination import examine
from spectral.rank.useless_columns import reason_to_leave_out
from spectral.rank.wishes import TableError, Wishes

NUMBERS = np.random.default_rng(0).normal(size=40) * 5000
DAYS = pd.Series(pd.date_range("2020-01-05", periods=40, freq="5D"))


@pytest.mark.parametrize(
    ("texts", "numbers", "note"),
    [
        ([f"{n:,.2f}" for n in NUMBERS], NUMBERS.round(2), "written with thousands separators"),
        ([f"{n:.3f}".replace(".", ",") for n in NUMBERS], NUMBERS.round(3), "with decimal commas"),
        (["1.234,5", "-2", "0,5", "1,5e-3"], [1234.5, -2, 0.5, 0.0015], "with decimal commas"),
        ([f"{n:.1f}%" for n in NUMBERS], NUMBERS.round(1), "written with percent signs"),
        (["1,5 %", "2 %"], [1.5, 2], "with decimal commas and with percent signs"),
        (["0,123", "1,234"], [0.123, 1.234], "with decimal commas"),
        (["1,234", "1,234,567"], [1234, 1234567], "with thousands separators"),
        ([" 1.5", "2 "], [1.5, 2], "numbers stored as text"),
    ],
)
def test_numbers_are_read_as_they_are_written(texts: Any, numbers: Any, note: str) -> None:
    column = column_of("price", pd.Series([*texts, None]))
    assert column.kind == "numbers"
    assert np.allclose(column.values[:-1].astype(float), numbers)
    assert pd.isna(column.values.iloc[-1])
    assert column.note.startswith("numbers stored as text")
    assert note in column.note


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("%d/%m/%Y", ", written with the day first"),
        ("%d.%m.%Y", ", written with the day first"),
        ("%m/%d/%Y", ", written with the month first"),
        ("%m-%d-%Y 12:30", ", written with the month first"),
        ("%m/%d/%Y 1:30 PM", ", written with the month first"),
        ("%Y/%m/%d", ""),
        ("%Y-%m-%dT12:30:00Z", ""),
    ],
)
def test_dates_are_read_where_the_values_prove_the_order(written: str, note: str) -> None:
    column = column_of("day", DAYS.dt.strftime(written))
    assert column.kind == "dates"
    assert column.values.dt.date.tolist() == DAYS.dt.date.tolist()
    assert column.note == f"days since 2020-01-05{note}"


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (
            ["1,234", "5,678"],
            "column 'c' holds numbers such as '1,234', but nothing tells whether with thousands "
            "separators or with decimal commas: write them like 1234.5, or take the column as "
            "categories with --categories",
        ),
        (
            ["05/05/2020", "01/02/2020"],
            "column 'c' holds dates such as '01/02/2020', but nothing tells whether with the day "
            "first or with the month first: write them like 2020-12-31, or take the column",
        ),
        (["1,234.5", "2", "?"], "holds numbers, but also 1 value that is none, such as '?'"),
        (["31/01/2020", "1/2/2020", "?"], "holds dates, but also 1 value that is none"),
        (["5%", "6%", "?"], "holds numbers, but also 1 value that is none, such as '?'"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_one_sentence(
    texts: list[str], reason: str
) -> None:
    with pytest.raises(ColumnError) as refused:
        column_of("c", pd.Series(texts))
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "texts",
    [["Rome", "Oslo, Bonn"], ["1,2,3", "2,1,4", "2,1"], ["192.168.1.1", "10.0.0.1"], ["3a", "4b"]],
)
def test_other_text_stays_text(texts: list[str]) -> None:
    assert column_of("c", pd.Series(texts)).kind == "text"


@pytest.mark.parametrize(
    ("texts", "looks", "plain"),
    [
        (["$1.50", "$2.75", "-$3"], "numbers", "1234.5"),
        (["5 €", "7,50 €"], "numbers", "1234.5"),
        (["1 234", "2 500", "987"], "numbers", "1234.5"),
        (["1\u00a0234,5", "2\u00a0500"], "numbers", "1234.5"),
        (["1'234.5", "2'000", "3"], "numbers", "1234.5"),
        (["13/02/20", "31/01/19"], "dates", "2020-12-31"),
        (["31/01/2020 noon", "01/02/2020 noon"], "dates", "2020-12-31"),
    ],
)
def test_of_text_that_looks_like_more_it_is_said_how_to_write_it(
    texts: list[str], looks: str, plain: str
) -> None:
    told = (
        f"text that looks like {looks}, such as {texts[0]!r}: write them like {plain} to have "
        "them read so"
    )
    column = column_of("c", pd.Series(texts))
    assert (column.kind, column.note) == ("text", told)
    assert reason_to_leave_out(column) == f"an id: a text of its own in each row; {told}"


def test_a_table_in_which_all_are_written_so_is_ranked() -> None:
    x = [f"{n:.4f}".replace(".", ",") for n in NUMBERS]
    y = [f"{n:,.2f}" for n in NUMBERS**2]
    examined = examine(pd.DataFrame({"x": x, "z": x[::-1], "y": y}), Wishes("y"))
    assert np.allclose(examined.inputs["x"], NUMBERS.round(4))
    assert np.allclose(examined.target.values, (NUMBERS**2).round(2))
    assert examined.notes == (
        "'y': numbers stored as text, written with thousands separators",
        "'x' and 'z': numbers stored as text, written with decimal commas",
    )


def test_thousands_points_beside_decimal_commas_are_asked_about() -> None:
    large = ["99999999999999999999", "1"] * 20
    frame = pd.DataFrame({"x": ["1.234", "987"] * 20, "z": ["0,5", "7"] * 20, "y": range(40)})
    with pytest.raises(TableError) as refused:
        examine(frame, Wishes("y"))
    assert str(refused.value) == (
        "column 'x' holds numbers such as '1.234', but nothing tells whether with thousands "
        "separators or with decimal points, since 'z' has decimal commas: write them like 1234.5, "
        "or take the column as categories with --categories"
    )
    for wishes in (Wishes("y", categories=("x",)), Wishes("y", leave_out=("x",))):
        assert examine(frame, wishes).notes == (
            "'z': numbers stored as text, written with decimal commas",
        )
    assert "large" in examine(frame.assign(large=large, x=large), Wishes("y")).inputs
    assert examine(frame, Wishes("y", leave_out=("z",))).inputs["x"].tolist() == [1.234, 987] * 20


def test_where_nothing_is_left_every_column_is_named_with_the_reason() -> None:
    frame = pd.DataFrame(
        {
            "line": range(40),
            "name": [f"name {i}" for i in range(40)],
            "remark": [f"remark {i % 30}" for i in range(40)],
            "same": 7,
            "y": ["no", "yes"] * 20,
        }
        | {f"same {i}": 7 for i in range(4)}
    )
    with pytest.raises(TableError) as refused:
        examine(frame, Wishes("y", leave_out=("remark",)))
    assert str(refused.value) == (
        "beside the target 'y' the table has no column to rank: 'line' (row numbers), 'name' (an "
        "id: a text of its own in each row), 'remark' (as asked for), 'same' (always 7), 'same 0' "
        "(always 7), 'same 1' (always 7), 'same 2' (always 7) and 'same 3' (always 7) are left "
        "out; --keep takes one in all the same"
    )


GRADES = ["1", "2", "3+", "2"] * 10


@pytest.mark.parametrize("wishes", [{"task": "classification"}, {"categories": ("y",)}])
def test_a_target_of_numbers_and_text_is_classes_where_that_is_asked_for(
    wishes: dict[str, Any],
) -> None:
    target = examine(pd.DataFrame({"x": NUMBERS, "y": GRADES}), Wishes("y", **wishes)).target
    assert target.task == "classification"
    assert target.values.tolist() == GRADES
    assert target.told == "'y': classification, as asked for"


def test_the_way_out_for_such_a_target_is_told() -> None:
    frame = pd.DataFrame({"x": NUMBERS, "y": GRADES})
    with pytest.raises(ColumnError) as refused:
        examine(frame, Wishes("y"))
    assert str(refused.value) == (
        "column 'y' holds numbers, but also 10 values that are none, such as '3+': mend them, or "
        "take the target as classes with --task classification"
    )
    with pytest.raises(TableError, match="categories by --categories, and numbers by --task regr"):
        examine(frame, Wishes("y", task="regression", categories=("y",)))
