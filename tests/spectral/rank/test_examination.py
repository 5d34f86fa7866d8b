"""What the columns of a table are taken for, and tables that cannot be ranked: one sentence."""

from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from spectral.rank.columns import ColumnError
from spectral.rank.examination import examine
from spectral.rank.target import TargetError
from spectral.rank.wishes import TableError, Wishes
from spectral.tables.targets import Task

ROWS = 40


def frame_with(**columns: Any) -> pd.DataFrame:
    """A table with the numbers ``x`` and the classes ``y``, and more columns."""
    x = np.random.default_rng(0).normal(size=ROWS)
    return pd.DataFrame({"x": x, "y": ["no", "yes"] * (ROWS // 2)} | columns)


def test_ids_row_numbers_free_text_and_constants_are_left_out_and_named() -> None:
    rng = np.random.default_rng(1)
    frame = frame_with(
        **{
            "Unnamed: 0": np.arange(ROWS),
            "line": np.arange(1, ROWS + 1),
            "customerId": rng.permutation(10**6)[:ROWS],
            "order_id": rng.permutation(10**6)[:ROWS],
            "name": [f"name {i}" for i in range(ROWS)],
            "remark": [f"remark {i % 30}" for i in range(ROWS)],
            "same": 7,
            "none": None,
            "unwanted": 1.5,
            "paid": rng.permutation(10**6)[:ROWS],
            "year": np.arange(1990, 1990 + ROWS),
        }
    )
    examined = examine(frame, Wishes("y", leave_out=("unwanted",)))
    assert examined.left_out == {
        "Unnamed: 0": "row numbers",
        "line": "row numbers",
        "customerId": "an id: a number of its own in each row",
        "order_id": "an id: a number of its own in each row",
        "name": "an id: a text of its own in each row",
        "remark": "free text: 30 different values in 40 rows",
        "same": "always 7",
        "none": "no value in any row",
        "unwanted": "as asked for",
    }
    assert list(examined.inputs) == ["x", "paid", "year"]
    kept = examine(frame, Wishes("y", keep=("line",), categories=("remark",)))
    assert {"line", "remark"} <= set(kept.inputs)


def test_each_kind_of_column_becomes_numbers_or_categories() -> None:
    frame = frame_with(
        flag=[True, False] * 19 + [False, False],
        day=pd.date_range("2020-01-01", periods=ROWS, freq="12h"),
        took=pd.to_timedelta(np.arange(ROWS) % 7, unit="s"),
        town=["Rome", "Oslo", "Bonn", "Rome"] * 10,
        code=[1, 2, 3, 1] * 10,
        text=["1", "2", "3.5", "1"] * 10,
        large=2**60 + np.arange(ROWS) % 9,
        short=np.tile(np.array([1e30, 2e30], dtype=np.float32), ROWS // 2),
        nullable=pd.array([1, 2, 3, 1] * 10, dtype="Int64"),
    )
    examined = examine(frame, Wishes("y", categories=("code",), keep=("short",)))
    inputs = examined.inputs
    assert set(inputs["flag"]) == {0.0, 1.0}
    assert inputs["day"].tolist() == [i / 2 for i in range(ROWS)]
    assert inputs["took"].max() == 6
    assert inputs["town"].cat.categories.tolist() == ["Bonn", "Oslo", "Rome"]
    assert inputs["code"].cat.categories.tolist() == ["1", "2", "3"]
    assert set(inputs["text"]) == {1.0, 2.0, 3.5}
    assert inputs["large"].tolist() == frame["large"].tolist(), "whole numbers stay exact"
    assert inputs["short"].dtype == np.float64, "there is room for squares"
    assert set(inputs["nullable"]) == {1.0, 2.0, 3.0}
    assert "'day': days since 2020-01-01" in examined.notes
    assert "'text': numbers stored as text" in examined.notes


def test_columns_without_a_name_get_one() -> None:
    frame = frame_with().rename(columns={"x": ""})
    assert list(examine(frame, Wishes("y")).inputs) == ["column 1"]


def test_columns_that_are_equal_are_named() -> None:
    frame = frame_with(z=frame_with()["x"], other=np.arange(ROWS) ** 2)
    assert examine(frame, Wishes("y")).notes == ("'z' is the same as 'x' in every row",)


def test_columns_of_a_prefix_share_a_label() -> None:
    frame = frame_with(gene_1=np.arange(ROWS) ** 2, gene_2=np.arange(ROWS) ** 3)
    for groups in (("gene",), ("gene", "gene")):
        assert examine(frame, Wishes("y", groups=groups)).labels == ("x", "gene*", "gene*")


@pytest.mark.parametrize(
    ("values", "task", "told"),
    [
        (["a", "b"] * 20, "classification", "'y' holds 2 classes: classification"),
        ([True, False] * 20, "classification", "'y' holds 2 classes: classification"),
        ([0, 1, 2, 3] * 10, "classification", "'y' holds 4 different whole numbers: classi"),
        (range(40), "regression", "'y' holds 40 different whole numbers: regression"),
        (np.linspace(0, 1, 40), "regression", "'y' holds 40 different numbers: regression"),
    ],
)
def test_the_task_is_found_from_the_target_and_said(values: Any, task: str, told: str) -> None:
    target = examine(frame_with(y=values), Wishes("y")).target
    assert target.task == task
    assert target.told.startswith(told)


def test_the_task_can_be_asked_for() -> None:
    target = examine(frame_with(y=[0, 1, 2, 3] * 10), Wishes("y", task="regression")).target
    assert target.task == "regression"
    assert target.values.tolist() == [0.0, 1.0, 2.0, 3.0] * 10


WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"target": "z"}, "the table has no column 'z', but 'x' and 'y'"),
    ({"colour": 1}, {"target": "color"}, "the table has no column 'color', but 'colour'"),
    (
        {"Patients": ["a", *"b" * 39], "y": ["z", *"b" * 39], "x": "c"},
        {"target": "z"},
        "but 'x', 'y' and 'Patients'; row 2 holds 'c', 'z' and 'a': if these name the columns, del",
    ),
    ({}, {"leave_out": ("y",)}, "'y' is the target, and --leave-out names it as an input"),
    ({}, {"keep": ("y",)}, "'y' is the target, and --keep names it as an input"),
    ({}, {"leave_out": ("x",), "keep": ("x",)}, "'x': left out, and wanted as an input"),
    ({}, {"leave_out": ("x",)}, "beside the target 'y' the table has no column to rank"),
    ({}, {"groups": ("gene",)}, "--group 'gene': the name of no input begins like this"),
    ({"xx": range(100, 140)}, {"groups": ("x", "xx")}, "'xx' is in two groups: 'x*' and 'xx*'"),
    ({"m": [None, 1, 2, 3] * 10}, {}, "of 40 rows a value is missing in 'm' 10: fill them in with"),
    ({"m": ["a", "b", None, "a"] * 10}, {}, "a value is missing in 'm' 10"),
    ({"m": ["yes", None, None, None] * 10}, {}, "a value is missing in 'm' 30"),
    ({"i": [np.inf, 1, 2, 3] * 10}, {"impute": True}, "infinite values in 'i' 10"),
    ({}, {"groups": ("",)}, "--group '': all names begin like this"),
    (
        {"i": [1e300, 1, 2, 3] * 10},
        {},
        "column 'i' holds numbers up to 1e+300, but the",
    ),
    (
        {"i": [1e-300, 2e-300] * 20},
        {},
        "column 'i' holds numbers up to 2e-300, but the",
    ),
    ({}, {"categories": ("x",)}, "--categories 'x': each of the 40 rows has a category of its own"),
    ({"copy": [3, 4] * 20}, {}, "column 'copy' says the same as the target 'y' in every row"),
]


@pytest.mark.parametrize(("columns", "wishes", "reason"), WRONG)
def test_a_table_that_cannot_be_ranked_is_one_sentence(
    columns: dict[str, Any], wishes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TableError) as refused:
        examine(frame_with(**columns), Wishes(**{"target": "y"} | wishes))
    assert reason in str(refused.value)


def test_a_copy_of_the_target_can_be_insisted_on() -> None:
    assert "z" in examine(frame_with(z=[3, 4] * 20), Wishes("y", keep=("z",))).inputs


@pytest.mark.parametrize(
    "copied",
    [
        lambda y: y,
        lambda y: 2.54 * y,
        lambda y: 1e30 - 1e29 * y,
        lambda y: (1.8 * y + 32).round(5),
        lambda y: pd.Timestamp("2020") + pd.to_timedelta(y, unit="D"),
    ],
    ids=["equal", "inches", "reversed", "rounded", "dates"],
)
def test_a_number_that_is_the_target_in_another_unit_is_a_copy(copied: Any) -> None:
    x = frame_with()["x"]
    frame = pd.DataFrame({"copy": copied(x), "square": x**2, "y": x})
    with pytest.raises(TableError, match="column 'copy' says the same as the target 'y' in every"):
        examine(frame, Wishes("y"))
    assert list(examine(frame, Wishes("y", keep=("copy",))).inputs) == ["copy", "square"]


def test_what_is_almost_the_target_is_no_copy() -> None:
    x = frame_with()["x"]
    frame = pd.DataFrame({"near": x + 1e-3 * np.arange(ROWS) % 7, "large": 2**60 + x.index % 2})
    assert "near" in examine(frame.assign(y=x), Wishes("y")).inputs


def test_categories_of_their_own_can_be_insisted_on() -> None:
    inputs = examine(frame_with(), Wishes("y", categories=("x",), keep=("x",))).inputs
    assert len(inputs["x"].cat.categories) == ROWS


def test_missing_values_are_left_to_be_filled_in() -> None:
    frame = frame_with(m=[None, 1, 2, 3] * 10, tick=["yes", None] * 20)
    examined = examine(frame, Wishes("y", impute=True))
    assert examined.inputs["m"].isna().sum() == 10
    assert examined.left_out == {"tick": "always yes where it has a value (20 of 40 are empty)"}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[1]] * ROWS, "column 'bad' holds list, but inputs are numbers, booleans, dates or text"),
        ([1 + 2j] * ROWS, "column 'bad' holds complex"),
        ([b"x"] * ROWS, "column 'bad' holds bytes"),
        (["1", "2", "?", "3"] * 10, "holds numbers, but also 10 values that are none, such as '?'"),
        ([1, 2, "unknown", 3] * 10, "but also 10 values that are none, such as 'unknown'"),
    ],
)
def test_a_column_that_is_no_input_is_one_sentence(values: Any, reason: str) -> None:
    with pytest.raises(ColumnError) as refused:
        examine(frame_with(bad=values), Wishes("y"))
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("values", "task", "reason"),
    [
        (
            [1] * ROWS,
            "auto",
            "the target 'y' is the same in all rows, 1: there is nothing to predict",
        ),
        (
            2**60 + np.arange(ROWS),
            "auto",
            "the target 'y' holds 40 different whole numbers, some beyond 2^53, of which floating "
            "point numbers tell 1 apart: subtract the smallest, 1152921504606846976, from all",
        ),
        (["a"] + ["b"] * 39, "auto", "the target 'y' has a single row of 1 class, such as 'a'"),
        (range(ROWS), "classification", "has a single row of 40 classes"),
        ([None, "a", "b", "b"] * 10, "auto", "the target 'y' lacks 10 of 40 values"),
        ([np.inf, 1.5, 2, 3] * 10, "auto", "the target 'y' holds 10 infinite values"),
        (
            [1e300, 1.5, 2, 3] * 10,
            "auto",
            "the target 'y' holds numbers up to 1e+300, but the",
        ),
        (["a", "b"] * 20, "regression", "the target 'y' holds text, but regression needs numbers"),
        (pd.date_range("2020", periods=ROWS), "auto", "the target 'y' holds dates, but must hold"),
    ],
)
def test_a_target_of_no_use_is_one_sentence(
    values: Any, task: Task | Literal["auto"], reason: str
) -> None:
    with pytest.raises(TargetError) as refused:
        examine(frame_with(y=values), Wishes("y", task=task))
    assert reason in str(refused.value)


def test_empty_tables_and_names_twice_are_one_sentence() -> None:
    with pytest.raises(TableError, match="the table has 0 rows, but at least 20 are needed"):
        examine(frame_with().iloc[:0], Wishes("y"))
    with pytest.raises(TableError, match="the table has no column to rank"):
        examine(frame_with()[["y"]], Wishes("y"))
    with pytest.raises(TableError, match="the table has 'x' and 'y' more than once"):
        examine(pd.concat([frame_with(), frame_with()], axis=1), Wishes("y"))
