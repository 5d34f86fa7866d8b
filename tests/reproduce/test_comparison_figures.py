"""Figures of the comparison, drawn from small results made by hand."""

import json
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner

from reproduce.comparison.comparison_command import draw_comparison, pictures_of_comparison
from reproduce.comparison.comparison_drawing import draw_curves, draw_record
from reproduce.comparison.comparison_matrix import draw_matrix
from reproduce.comparison.comparison_measures import ahead_of, mean_best_k
from reproduce.comparison.comparison_results import read_comparison, read_record
from reproduce.pages.beyond_the_paper import comparison_section
from reproduce.pages.notebook import ParameterError, chosen_of
from reproduce.schema import UnreadableFileError


def numbers_of(precision: float | None, area: float) -> dict[str, Any]:
    return {
        "precision": [precision and precision - 0.05, precision and precision + 0.05],
        "correlation": [None, None],
        "masked_area": [area, area],
        "retrained_area": [area, area],
        "seeds": [1.0, 0.9],
        "halves": [0.5, 0.7],
        "seconds": [1.0, 2.0],
        "memory": [10.0, 20.0],
        "masked": [0.5, 0.75],
        "retrained": [0.6, area],
    }


def folds(share: float) -> dict[str, Any]:
    return {"best_k": [share], "best_2k": [share], "seconds": [1.0]}


RECORD: dict[str, Any] = {
    "preset": "quick",
    "relevant": {"ring": 2, "xor": 2},
    "measured": {
        "spectral": {name: {"32": folds(1.0), "8": folds(0.5)} for name in ("ring", "xor")}
    },
    "published": {
        method: {name: {"8": folds(0.5), "2048": folds(0.0)} for name in ("ring", "xor")}
        for method in ("one", "another")
    },
}
TABLE = {"task": "classification", "anew": True, "rows": 10, "kept": [1, 5]}
COMPARISON: dict[str, Any] = {
    "preset": "quick",
    "tables": {"known": TABLE, "unknown": TABLE},
    "results": {
        "known": {"spectral": numbers_of(0.95, 0.6), "rival": numbers_of(0.42, 0.6)},
        "unknown": {"spectral": numbers_of(None, 0.7), "rival": numbers_of(None, 0.81)},
    },
    "failed": {},
    "tests": {
        "precision": {
            "rival": {
                "known": {"difference": 0.53, "p": 0.01},
                "all tables": {"difference": 0.53, "p": None},
            }
        }
    },
}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "record.json").write_text(json.dumps(RECORD))
    (tmp_path / "comparison.json").write_text(json.dumps(COMPARISON))
    return tmp_path


def test_a_panel_a_set_and_a_grey_line_a_published_method(results: Path) -> None:
    figure = draw_record(read_record(results))
    assert len(figure.axes) == 2
    *grey, ours = figure.axes[0].lines
    assert len(grey) == 2
    assert np.asarray(ours.get_xdata()).tolist() == [8, 32]  # in the order of size, not of the file
    assert np.asarray(ours.get_ydata()).tolist() == [0.5, 1.0]
    assert len(draw_record(read_record(results), ["xor"]).axes) == 1
    plt.close("all")


def test_means_are_over_the_sizes_that_count(results: Path) -> None:
    means = mean_best_k(read_record(results))
    assert means["spectral"] == {"ring": 1.0, "xor": 1.0, "mean": 1.0, "largest": 32}
    assert means["one, published"] == {"ring": 0.0, "xor": 0.0, "mean": 0.0, "largest": 2048}
    assert mean_best_k(read_record(results), least=8)["spectral"]["mean"] == 0.75


def test_a_method_that_was_run_with_few_inputs_alone_has_no_mean(results: Path) -> None:
    of_few = {"spectral": {name: {"8": folds(0.5)} for name in ("ring", "xor")}}
    (results / "record.json").write_text(json.dumps(RECORD | {"measured": of_few}))
    assert [*mean_best_k(read_record(results))] == ["one, published", "another, published"]
    assert comparison_section(results) is not None
    plt.close("all")


def test_the_matrix_shows_precision_where_there_is_a_truth(results: Path) -> None:
    figure = draw_matrix(read_comparison(results))
    known, unknown = figure.axes
    texts = {text.get_text(): text.get_fontweight() for text in known.texts}
    assert texts == {"0.95": "bold", "0.42*": "normal", "± 0.07": "normal"}
    assert {text.get_text(): text.get_fontweight() for text in unknown.texts} == {
        "0.70": "normal",
        "0.81": "bold",
        "± 0.00": "normal",
    }
    only = draw_matrix(read_comparison(results), ["unknown"], ["rival"])
    assert [text.get_text() for text in only.axes[0].texts] == ["0.81", "± 0.00"]
    plt.close("all")


def test_curves_are_those_asked_for(results: Path) -> None:
    for curve, heights in (("masked", [0.5, 0.75]), ("retrained", [0.6, 0.81])):
        figure = draw_curves(read_comparison(results), "unknown", curve, ["rival"])
        (line,) = figure.axes[0].lines
        assert np.asarray(line.get_ydata()).tolist() == heights
    plt.close("all")


def test_all_parts_have_their_words(results: Path) -> None:
    parts = pictures_of_comparison(results)
    assert [part.name for part in parts] == ["best-k", "matrix", "effort"]
    assert "Means of 2 repetitions" in parts[1].caption
    assert all(part.alt and part.title for part in parts)
    assert "Grey: 2 methods as published" in parts[0].caption
    plt.close("all")


@pytest.mark.parametrize("p", [0.5, None])
def test_stars_are_explained_where_differences_were_tested(results: Path, p: float | None) -> None:
    tested = {"precision": {"rival": {"known": {"difference": 0.53, "p": p}}}}
    (results / "comparison.json").write_text(json.dumps(COMPARISON | {"tests": tested}))
    assert ("A star marks" in pictures_of_comparison(results)[1].caption) == (p is not None)
    plt.close("all")


def test_the_command_draws_beside_the_results(results: Path) -> None:
    told = CliRunner().invoke(draw_comparison, [str(results)])
    assert told.exit_code == 0, told.output
    assert {path.name for path in results.glob("*.png")} == {
        "best-k.png",
        "matrix.png",
        "effort.png",
    }


def test_ahead_of_is_over_all_tables(results: Path) -> None:
    assert ahead_of(read_comparison(results), "precision") == {"rival": (0.53, None)}


def test_a_broken_file_is_one_sentence(results: Path) -> None:
    broken = COMPARISON | {"tables": {"known": TABLE | {"task": "guessing"}}}
    (results / "comparison.json").write_text(json.dumps(broken))
    with pytest.raises(UnreadableFileError, match=r"tables\.known\.task is 'guessing'"):
        read_comparison(results)
    (results / "record.json").unlink()
    with pytest.raises(UnreadableFileError, match=r"record\.json is missing"):
        read_record(results)


def test_a_name_that_is_not_there_is_one_sentence() -> None:
    assert chosen_of("tables", "all", ["wine", "iris"]) == ["wine", "iris"]
    with pytest.raises(ParameterError, match="tables: 'beer' is not one of 'wine', 'iris'"):
        chosen_of("tables", "wine, beer", ["wine", "iris"])
