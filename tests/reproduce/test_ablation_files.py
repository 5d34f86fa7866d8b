"""Files of the ablation that do not hold what they should are refused in a sentence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reproduce.ablation.ablation_pictures import ABLATION_FOLDER, answers_of
from reproduce.ablation.conditions import BOTH
from reproduce.ablation.penalties import read_penalties
from reproduce.schema import UnreadableFileError


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"silent": [0.5]}, "'silent' has 1 numbers, but has to have 2"),
        ({"strength": -1}, "strength is -1"),
        ({"accuracy": [0.5, 1.5]}, r"accuracy\[1\] is 1.5"),
    ],
)
def test_a_file_that_does_not_fit_is_one_sentence(
    change: dict[str, object], message: str, tmp_path: Path
) -> None:
    untold = [
        "loudest",
        "average_precision",
        "average_precision_of_eigenvalues",
        "rank_correlation",
        "rank_correlation_of_eigenvalues",
        "accuracy_of_first_of_eigenvalues",
        "epochs_to_silence",
        "slack",
    ]
    row: dict[str, object] = {key: [None, None] for key in untold}
    row |= {key: [0.5, 0.5] for key in ("silent", "accuracy", "accuracy_of_first")}
    row |= {"data_set": "x", "condition": "both", "strength": 1.0, "seeds": [0, 1]}
    row |= {"deciding": None, "expendable": 3, "first": 2, "agreement": 0.5, "shared": None}
    content = {
        "figure": "penalties",
        "preset": "quick",
        "seeds": [0, 1],
        "values": {"rows": [row]},
        "provenance": {"runs": []},
    }
    path = tmp_path / "penalties.json"
    path.write_text(json.dumps(content))
    assert read_penalties(tmp_path)["values"]["rows"][0]["shared"] is None
    path.write_text(json.dumps(content | {"values": {"rows": [row | change]}}))
    with pytest.raises(UnreadableFileError, match=message):
        read_penalties(tmp_path)


@pytest.mark.parametrize(
    ("file", "kind", "kept", "message"),
    [
        ("penalties", "rows", {"condition": "lasso"}, "no row of 'both' has strength 1"),
        ("benchmark", "networks", {"strength": 10.0}, "no row of 'both' has strength 1"),
        ("benchmark", "selectors", {"left_out": "nothing"}, "needs the whole selector, and one"),
        ("benchmark", "selectors", {"set": "noise"}, "needs a set where columns decide"),
    ],
)
def test_results_in_part_that_answer_nothing_are_one_sentence(
    file: str, kind: str, kept: dict[str, object], message: str, tmp_path: Path
) -> None:
    """Only those of the committed rows that have one value are left."""

    def only_those(rows: Rows) -> Rows:
        return [row for row in rows if kept.items() <= row.items()]

    refused(tmp_path, file, kind, only_those, message)


@pytest.mark.parametrize("kind", ["rows", "networks", "selectors"])
def test_results_with_rows_too_many_or_too_few_are_one_sentence(kind: str, tmp_path: Path) -> None:
    file = "penalties" if kind == "rows" else "benchmark"
    refused(tmp_path, file, kind, lambda rows: [*rows, rows[0]], "has a row twice")
    refused(tmp_path, file, kind, lambda rows: rows[1:], "has not the rows that .* has")
    if kind != "selectors":
        unknown = f"the condition 'x' is none of {BOTH.name}, "
        refused(tmp_path, file, kind, lambda rows: [rows[0] | {"condition": "x"}], unknown)


Rows = list[dict[str, Any]]


def refused(
    folder: Path, file: str, kind: str, change: Callable[[Rows], Rows], message: str
) -> None:
    """The committed results with other rows are refused."""
    for path in ABLATION_FOLDER.glob("*.json"):
        shutil.copy(path, folder)
    path = folder / f"{file}.json"
    content = json.loads(path.read_text())
    rows = content["values"][kind]
    content["values"][kind] = change(rows)
    assert rows != content["values"][kind] != []
    path.write_text(json.dumps(content))
    with pytest.raises(UnreadableFileError, match=f"{file}.json: values: .*{message}"):
        answers_of(folder)
