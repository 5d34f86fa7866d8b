"""Tables in files of every kind, and files that are not what their ending says."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spectral.tables.table_files import TableFileError, read_table_file

WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "feather": lambda frame, path: frame.to_feather(path),
    "xlsx": lambda frame, path: frame.to_excel(path, index=False),
}


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": [0.5, 1e30, np.nan],
            "whole": [1, 2**53 - 1, -3],
            "word, in two parts": ["a", 'b "c"', None],
            "yes": [True, False, True],
            "day": pd.to_datetime(["2020-02-29", "2021-01-01", "1999-12-31"]),
        }
    )


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("ending", WRITERS)
def test_every_kind_of_file_holds_the_same_table(
    tmp_path: Path, frame: pd.DataFrame, ending: str, packed: bool
) -> None:
    path = tmp_path / f"table.{ending}"
    WRITERS[ending](frame, path)
    if packed:
        content, path = path.read_bytes(), tmp_path / f"table.{ending.upper()}.gz"
        path.write_bytes(gzip.compress(content, mtime=0))
    read = read_table_file(path)
    assert list(read.frame) == list(frame)
    assert read.frame["number"].tolist()[:2] == [0.5, 1e30]
    assert read.frame["whole"].tolist() == [1, 2**53 - 1, -3]
    assert read.frame.isna().to_numpy().tolist() == frame.isna().to_numpy().tolist()
    assert read.frame["word, in two parts"].tolist()[:2] == ["a", 'b "c"']
    assert read.frame["yes"].tolist() == [True, False, True]
    assert (read.frame["day"] == frame["day"]).all()


def test_the_index_of_a_stored_frame_is_a_column(tmp_path: Path, frame: pd.DataFrame) -> None:
    frame.set_index("whole").to_parquet(tmp_path / "table.parquet")
    assert "whole" in read_table_file(tmp_path / "table.parquet").frame


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_of_a_large_file_rows_are_drawn_that_stand_for_all(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spectral.tables.large_files.MOST_VALUES", 2000)
    monkeypatch.setattr("spectral.tables.large_files.FEWEST_ROWS_READ", 10)
    monkeypatch.setattr("spectral.tables.large_files.BATCH_VALUES", 1000)
    numbers = np.arange(100_000)
    path = tmp_path / f"table.{ending}"
    WRITERS[ending](pd.DataFrame({"number": numbers, "twice": 2 * numbers}), path)
    read = read_table_file(path)
    assert read.rows == 100_000
    assert len(read.frame) == 1000
    assert (read.frame["twice"] == 2 * read.frame["number"]).all()
    assert read.frame["number"].is_monotonic_increasing
    assert read.frame["number"].is_unique
    uniform = np.arange(1000) / 1000
    assert abs(read.frame["number"] / 100_000 - uniform).max() < 0.1  # Kolmogorov-Smirnov: 1e-8
    assert read.frame.equals(read_table_file(path).frame)


@pytest.mark.parametrize("ending", ["csv", "parquet", "feather", "xlsx"])
def test_names_that_occur_twice_are_seen(tmp_path: Path, ending: str) -> None:
    twice = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    path = tmp_path / f"table.{ending}"
    if ending in ("parquet", "feather"):  # pandas writes no such file
        import pyarrow as pa
        from pyarrow import feather, parquet

        table = pa.table([[1, 3], [2, 4]], names=["a", "a"])
        (parquet.write_table if ending == "parquet" else feather.write_feather)(table, str(path))
    else:
        WRITERS[ending](twice, path)
    assert list(read_table_file(path).frame) == ["a", "a"]


def test_a_number_far_down_decides_the_type_of_a_column(tmp_path: Path) -> None:
    """The megabyte that pyarrow looks at by itself holds whole numbers alone."""
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "1,22222222\n" * 200_000 + "1.5,x\n")
    frame = read_table_file(path).frame
    assert frame["a"].iloc[-1] == 1.5
    assert frame["b"].iloc[-1] == "x"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "a;b\n1,5;x\n2;y\n"),
        ("a.csv", "a|b\n1,5|x\n2|y\n"),
        ("a.tsv", 'a,b\n"1,5",x\n2,y\n'),
        ("a.csv", '# made by hand, of two parts\n\n# it\'s "raw"\na,b\n"1,5",x\n2,y\n'),
        ("a.csv", '# by Ann, Bo\na,b\n"1,5",x\n2,y\n'),
        ("a.csv", "# one of many\n" * 120 + "a;b\n1,5;x\n2;y\n"),
        ("a.csv", "\ufeff# by hand\r\na;b\r\n1,5;x\r\n2;y\r\n"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
def test_other_separators_and_comments_are_seen(
    tmp_path: Path, name: str, text: str, packed: bool
) -> None:
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if packed else text.encode())
    frame = read_table_file(path).frame
    assert list(frame) == ["a", "b"]
    assert frame.to_numpy().tolist() == [["1,5", "x"], ["2", "y"]]


def test_a_name_that_begins_like_a_comment_and_text_with_separators_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("#a,b\n1;2,3;4\n5;6,7;8\n")
    assert read_table_file(path).frame.to_dict("list") == {
        "#a": ["1;2", "5;6"],
        "b": ["3;4", "7;8"],
    }


def test_names_with_commas_above_decimal_commas_are_separated_by_semicolons(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("size, cm;weight, kg;y\n1,5;2,5;1\n3,5;4,5;0\n")
    assert list(read_table_file(path).frame) == ["size, cm", "weight, kg", "y"]


def test_quoted_text_is_no_missing_value(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('land,id,n\n"NA",1,"2.5"\nNA,2,"NA"\n"",3,""\n"null",4,1\n')
    frame = read_table_file(path).frame
    assert frame["land"].fillna("-").tolist() == ["NA", "-", "-", "null"]
    assert frame["n"].fillna(0).tolist() == [2.5, 0, 0, 1]


@pytest.mark.parametrize(
    ("points", "read"),
    [
        (["1.234", "12.500", "987"], ["1.234", "12.500", "987"]),
        (["1.234", "12.5", "987"], [1.234, 12.5, 987.0]),
        (["0.234", "12.500", "987"], [0.234, 12.5, 987.0]),
    ],
)
def test_numbers_with_points_stay_text_where_other_columns_have_decimal_commas(
    tmp_path: Path, points: list[str], read: list[object]
) -> None:
    path = tmp_path / "a.csv"
    rows = zip(points, ["0,5", "1,75", "2"], strict=True)
    path.write_text("a;b\n" + "".join(f"{a};{b}\n" for a, b in rows))
    assert read_table_file(path).frame["a"].tolist() == read


def test_the_largest_sheet_with_the_wanted_column_is_read_and_named(tmp_path: Path) -> None:
    data = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        pd.DataFrame({"note": ["see the next sheet"]}).to_excel(book, sheet_name="read me")
        data.to_excel(book, sheet_name="data", index=False, startrow=3)
        pd.DataFrame(0, range(50), range(50)).to_excel(book, sheet_name="old")
        pd.DataFrame().to_excel(book, sheet_name="empty")
        book.sheets["old"].sheet_state = "hidden"
    read = read_table_file(tmp_path / "book.xlsx")
    assert read.frame.equals(data)
    assert read.note == "'data' is the sheet that is read, the largest, beside 'read me'"
    read = read_table_file(tmp_path / "book.xlsx", "note")
    assert list(read.frame) == ["", "note"]
    assert (
        read.note == "'read me' is the sheet that is read, the largest with 'note', beside 'data'"
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([["Patients", None], [None, None], ["a", "b"], [1, 2]], "holds 'Patients' alone, and bel"),
        (
            [["Patients", None, "Clinic 5"], ["a", "b", "c"], [1, 2, 3]],
            "its first row holds 'Patients', 'Clinic 5' alone, and below it stand 'a', 'b', 'c', w",
        ),
        ([], "its sheets are empty or hidden"),
    ],
)
def test_a_sheet_without_names_on_top_is_one_sentence(
    tmp_path: Path, cells: list[list[object]], reason: str
) -> None:
    path = tmp_path / "book.xlsx"
    pd.DataFrame(cells).to_excel(path, header=False, index=False)
    with pytest.raises(TableFileError) as refused:
        read_table_file(path)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "cannot be read as a CSV file: it is empty"),
        ("a.csv", b"a,b\n1,2\n3\n", "Expected 2 columns, got 1: 3"),
        ("a.csv", b"a,b\n1,2\n3,4,5\n", "Expected 2 columns, got 3"),
        ("a.csv", b"Patients\n\na,b\n1,2\n", "its first row holds 'Patients' alone, and below it"),
        (
            "a.csv",
            b"Patients, 2020\na,b,c\n1,2,3\n",
            "'a', 'b', 'c', which seem to name the columns",
        ),
        ("a.csv", b"Patients;\na;b\n1,5;2\n", "'a', 'b', which seem to name the columns: delete"),
        (
            "a.csv",
            b"a,b\n1,\xe4\n",
            "'b' holds bytes that are no UTF-8 text: save the",
        ),
        ("a.csv", b"h\xf6he,b\n1,2\n", "the name of the column 'h?he' is no UTF-8 text: save the"),
        ("a.csv", b"\xff\xfea\0,\0b\0", "it begins like text in UTF-16"),
        ("a.csv", b"a\0b,c\n", "it holds bytes that are no text"),
        ("a.csv", b"PAR1\x15\x04", "it begins like a Parquet file"),
        ("a.csv", gzip.compress(b"a,b\n1,2\n", mtime=0), "it begins like a gzipped file"),
        ("a.csv.gz", b"a,b\n1,2\n", "cannot be read as a CSV file: Not a gzipped file"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "Compressed file ended before"),
        ("a.parquet", b"a,b\n1,2\n", "cannot be read as a Parquet file: it does not begin like"),
        ("a.parquet", b"PAR1" + b"x" * 60, "cannot be read as a Parquet file: "),
        ("a.feather", b"PAR1" + b"x" * 60, "it begins like a Parquet file"),
        ("a.feather", b"ARROW1" + b"x" * 60, "cannot be read as a Feather file: "),
        ("a.xlsx", b"a,b\n1,2\n", "cannot be read as an Excel file: it does not begin like one"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 60, "cannot be read as an Excel file: "),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 60, "cannot be read as an Excel file of before"),
        ("a.txt", b"a,b\n1,2\n", "does not end in .csv, .tsv, .parquet, .feather, .xlsx, .xls"),
    ],
)
def test_a_file_that_is_not_what_its_ending_says_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TableFileError) as refused:
        read_table_file(path)
    message = str(refused.value)
    assert message.startswith(str(path))
    assert reason in message
    assert "\n" not in message


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(TableFileError, match="is not a file"):
        read_table_file(tmp_path / "pipe.csv")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one byte, with size and time as before."""
    path = tmp_path / f"table.{ending}"
    WRITERS[ending](pd.DataFrame({"a": [1, 2], "b": [3, 4]}), path)

    def change(*_: object) -> None:
        status, content = path.stat(), bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    monkeypatch.setattr("spectral.tables.table_files.require_beginning_of", change)
    with pytest.raises(TableFileError, match="has changed while it was read"):
        read_table_file(path)


def test_among_numerals_na_is_missing_though_it_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "quoted.csv"
    path.write_text('"x";"land"\n"0,5";"NA"\n"NA";"DE"\n"1,5";"NA"\n')
    frame = read_table_file(path).frame
    assert frame["x"].isna().tolist() == [False, True, False]
    assert frame["land"].tolist() == ["NA", "DE", "NA"]
