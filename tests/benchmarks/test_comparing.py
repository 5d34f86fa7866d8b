"""The comparison from command to JSON: measured once, stored, summarised, tested."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from distributed import LocalCluster
from given_results import result_of
from scipy.stats import t as student
from scipy.stats import ttest_rel
from sklearn.feature_selection import f_classif
from sklearn.metrics import average_precision_score
from sklearn.svm import SVC

from benchmarks.selection import code_of_results, comparison, record
from benchmarks.selection.compared_methods import METHODS, Method
from benchmarks.selection.compared_tables import TABLES, ComparedTable, Rows
from benchmarks.selection.kept_results import numbers, provenance, work_through
from benchmarks.selection.one_comparison import STEADY, compared
from benchmarks.selection.public_ranking import ON_PUBLIC_SETS, ranked
from benchmarks.selection.significance import corrected, paired_p, signed_rank_p
from benchmarks.selection.summary import summarised
from benchmarks.this_machine import machine
from reproduce.comparison.comparison_results import read_comparison, read_record


def draw_tiny(repetition: int) -> Rows:
    """Two of five columns decide."""
    X = np.random.default_rng(repetition).normal(size=(200, 5))
    y = (2 * X[:, 0] + X[:, 3] > 0).astype(int)
    return Rows(X[:100], y[:100], X[100:], y[100:], np.array([2.0, 0, 0, 1, 0]))


TINY = ComparedTable("classification", draw_tiny)


def test_all_that_is_measured_follows_from_the_scores() -> None:
    found = compared(TINY, METHODS["F-test"], repetition=2)
    rows = draw_tiny(2)
    scores = f_classif(rows.X, rows.y)[0]
    decides = np.array([True, False, False, True, False])
    assert found["precision"] == pytest.approx(average_precision_score(decides, scores))
    best = np.argsort(-scores)[:2]
    machine = SVC().fit(rows.X[:, best], rows.y)
    assert found["kept"] == [1, 2, 3, 5]
    assert found["retrained"][1] == machine.score(rows.X_test[:, best], rows.y_test)
    assert found["seeds"] == 1  # it has nothing to do with seeds
    assert found["halves"] < 1
    assert found["masked_area"] <= max(found["masked"])
    assert "seeds" not in compared(TINY, METHODS["F-test"], repetition=STEADY)


def test_a_method_that_fails_says_why() -> None:
    found = compared(TINY, Method(np.linalg.inv), repetition=0)  # type: ignore[arg-type]
    assert found == {"failed": "TypeError: inv() takes 1 positional argument but 4 were given"}


def test_what_is_stored_is_not_done_again(tmp_path: Path) -> None:
    stored = tmp_path / "results.json"
    first = work_through(stored, {"one": lambda: {"value": 1}}, workers=1)
    assert numbers(first["one"]) == {"value": 1}

    def fail() -> dict[str, Any]:
        raise AssertionError

    tasks = {"one": fail, "two": lambda: {"value": 2}}
    second = work_through(stored, tasks, workers=1)
    assert second["one"] == first["one"]
    assert numbers(second["two"]) == {"value": 2}
    assert json.loads(stored.read_text()) == second
    told = provenance(second.values())
    assert told["machines"] == [machine()]
    assert datetime.fromisoformat(told["measured"][0]) <= datetime.now(UTC)


@pytest.mark.parametrize("content", ["", "[1]", '{"one": 1}', '{"one": {}'])
def test_what_are_no_results_is_neither_used_nor_lost(tmp_path: Path, content: str) -> None:
    stored = tmp_path / "results.json"
    stored.write_text(content)
    with pytest.raises(ValueError, match="does not hold results by name: remove it"):
        work_through(stored, {"one": lambda: {"value": 1}}, workers=1)
    assert stored.read_text() == content


def test_two_commands_do_not_write_one_file(tmp_path: Path) -> None:
    stored = tmp_path / "results.json"

    def meanwhile() -> dict[str, Any]:
        with pytest.raises(ValueError, match="another process keeps its results in"):
            work_through(stored, {"two": lambda: {"value": 2}}, workers=1)
        return {"value": 1}

    assert [*work_through(stored, {"one": meanwhile}, workers=1)] == ["one"]


def test_a_result_is_of_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this package's method the package decides; of all, the options and the shared files."""
    seen: list[set[str]] = []

    def digest(root: Path, files: list[Path]) -> str:
        seen.append({path.relative_to(root).as_posix() for path in files})
        return str(len(seen))

    before = code_of_results.code_of(METHODS["L1"], comparison.SHARED)
    assert before == code_of_results.code_of(METHODS["L1"], comparison.SHARED)
    assert before != code_of_results.code_of(METHODS["L1"], comparison.SHARED[1:])
    monkeypatch.setattr(code_of_results, "digest_of_files", digest)
    code_of_results.code_of(METHODS["spectral"], ())
    code_of_results.code_of(METHODS["L1"], ())
    assert "spectral/selection/elimination.py" in seen[0]
    assert seen[1] == {"benchmarks/selection/methods/linear_models.py"}


def call(folder: Path, module: Any, *options: str) -> Result:
    stored = str(folder / "stored" / "results.json")
    standard = ["--output", str(folder), "--stored", stored, "--workers", "1"]
    result = CliRunner().invoke(module.main, [*standard, *options])
    assert result.exit_code == 0, result.output
    return result


def test_the_command_writes_what_the_figures_read_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--table", "wine", "--method", "F-test", "--repetitions"]
    call(tmp_path, comparison, *options, "1")
    first = read_comparison(tmp_path)
    assert first.preset == "part"
    assert first.results["wine"]["F-test"].precision == [None]
    call(tmp_path, comparison, *options, "2")
    second = read_comparison(tmp_path).results["wine"]["F-test"]
    assert second.retrained_area[0] == first.results["wine"]["F-test"].retrained_area[0]
    assert len(second.retrained_area) == 2

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(comparison, "compared", never)
    call(tmp_path, comparison, *options, "2")
    call(tmp_path, comparison, "--so-far", "--method", "F-test")
    assert read_comparison(tmp_path).results == {"wine": {"F-test": second}}


def test_what_is_stored_so_far_is_summed_up_where_no_method_is_missing(tmp_path: Path) -> None:
    names = comparison.names_of(["wine", "digits"], ["F-test", "L1"], repetitions=2)
    stored = tmp_path / "results.json"
    absent = {("digits", "L1", 0), ("wine", "F-test", 1)}
    content = {name: result_of(0.5) for key, name in names.items() if key not in absent}
    stored.write_text(json.dumps(content))
    assert {key[::2] for key in comparison.measured_so_far(names, stored)} == {
        ("wine", 0),
        ("digits", 1),
    }
    with pytest.raises(click.UsageError, match="holds no table that this code measured with all"):
        comparison.measured_so_far(names, tmp_path / "none.json")


def test_a_cluster_gives_the_same(tmp_path: Path) -> None:
    options = ("--table", "wine", "--method", "F-test", "--repetitions", "1")
    call(tmp_path / "here", comparison, *options)
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        call(tmp_path / "there", comparison, *options, "--dask", cluster.scheduler_address)
        assert any("named" in task for task in cluster.scheduler.task_prefixes)  # it ran there
    here, there = (read_comparison(tmp_path / place) for place in ("here", "there"))
    took = {"seconds", "memory"}
    assert here.results["wine"]["F-test"].model_dump(exclude=took) == there.results["wine"][
        "F-test"
    ].model_dump(exclude=took)


def test_without_the_official_files_ten_digits_are_left_out_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MNIST_FOLDER", raising=False)
    options = ["--table", "MNIST", "--method", "F-test", "--output", str(tmp_path / "figures")]
    ended = CliRunner().invoke(comparison.main, options)
    assert ended.exit_code == 2
    assert "MNIST is left out: --mnist names no folder of its files" in ended.output
    assert "Error: nothing is compared: no method, or no table, is at hand" in ended.output
    assert not list(tmp_path.rglob("*.json"))


def test_the_record_writes_what_the_figures_read(tmp_path: Path) -> None:
    options = ("--inputs", "8", "--inputs", "16", "--folds", "2", "--method", "mutual information")
    call(tmp_path, record, *options)
    found = read_record(tmp_path)
    assert [*found.measured["mutual information"]["xor"]] == ["8", "16"]
    assert len(found.measured["mutual information"]["ring"]["8"].best_k) == 2
    assert found.published["random forest (500 trees)"]["xor"]["64"].best_k == [0.6667]
    assert len(found.published) == 21
    assert found.preset == "part"


@pytest.mark.parametrize("without", ["statsmodels", None])
def test_a_comparison_is_called_full_or_quick_where_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str | None
) -> None:
    """Of results that are given: all methods on the quick tables, or all but one."""
    methods = {name: Method(METHODS[name].scores) for name in ("F-test", "L1")}
    if without:
        methods["absent"] = Method(METHODS["L1"].scores, "no_such_package")
    monkeypatch.setattr(comparison, "METHODS", methods)
    monkeypatch.setattr(comparison, "compared", lambda *_: result_of(0.5))
    monkeypatch.setattr(comparison, "can_be_corrected", lambda: without is None)
    said = call(tmp_path, comparison, "--quick").output
    assert read_comparison(tmp_path).preset == ("part" if without else "quick")
    assert ("p-values are left out" in said) == ("absent is left out" in said) == bool(without)
    monkeypatch.setattr(comparison, "TABLES", {"wine": TINY})
    monkeypatch.setattr(comparison, "ten_digits", lambda folder: TINY)
    call(tmp_path, comparison, "--mnist", str(tmp_path))
    assert read_comparison(tmp_path).preset == ("part" if without else "full")
    monkeypatch.delenv("MNIST_FOLDER", raising=False)
    call(tmp_path, comparison)
    assert read_comparison(tmp_path).preset == "part"


def test_where_nothing_can_be_run_the_record_is_not_written(tmp_path: Path) -> None:
    options = ["--method", "LassoNet", "--inputs", "512", "--output", str(tmp_path / "figures")]
    ended = CliRunner().invoke(record.main, options)
    assert ended.exit_code == 2
    assert "Error: nothing is run" in ended.output
    assert not list(tmp_path.rglob("*.json"))


def test_holm_s_correction() -> None:
    pytest.importorskip("statsmodels")
    p = {"a": 0.01, "b": 0.04, "c": 0.03}
    expected = {"a": 0.03, "b": 0.06, "c": 0.06}  # 3 × 0.01; 2 × 0.03; at least that
    assert corrected(p) == pytest.approx(expected)


def test_the_paired_test_is_that_of_scipy_where_repetitions_are_independent() -> None:
    first, second = np.random.default_rng(2).normal(size=(2, 5))
    expected = ttest_rel(first, second).pvalue
    assert paired_p(first.tolist(), second.tolist(), anew=True) == pytest.approx(expected)
    assert paired_p([0.5, 0.7], [0.5, 0.7], anew=False) == 1


def test_splits_of_the_same_rows_say_less() -> None:
    """The variance of the mean is 1/5 + 1/2 of that of one difference, not 1/5."""
    differences = [0.1, 0.3, 0.2, 0.2, 0.1]
    statistic = np.mean(differences) / np.sqrt(np.var(differences, ddof=1) * (1 / 5 + 1 / 2))
    expected = 2 * student.sf(statistic, df=4)
    assert paired_p(differences, [0.0] * 5, anew=False) == pytest.approx(expected)


def test_the_signed_rank_test_counts_signs() -> None:
    """Of all 2⁵ ways to give five differences signs, two are as one-sided as all positive."""
    first, second = [0.5, 0.6, 0.7, 0.8, 0.9], [0.4, 0.4, 0.4, 0.4, 0.4]
    assert signed_rank_p(first, second) == pytest.approx(2 / 2**5)


def test_the_summary_tells_differences_and_failures() -> None:
    tables = {name: ComparedTable("classification", draw_tiny) for name in ("first", "second")}
    results = {
        (table, method, repetition): result_of(level + 0.01 * repetition)
        for table in tables
        for method, level in (("spectral", 0.8), ("rival", 0.5))
        for repetition in (0, 1)
    }
    results["second", "broken", 0] = {"failed": "ValueError: no"}
    summary = summarised(results, tables)
    assert summary["results"]["first"]["rival"]["precision"] == [0.5, 0.51]
    assert summary["failed"] == {"second": {"broken": "ValueError: no"}}
    tested = summary["tests"]["precision"]["rival"]
    assert [*tested] == ["first", "second", "all tables"]
    assert all(each["difference"] == pytest.approx(0.3) for each in tested.values())


COMMITTED = Path(__file__).parents[2] / "figures" / "comparison"


def test_a_corner_of_the_committed_comparison_comes_out_again() -> None:
    committed = read_comparison(COMMITTED).results["Friedman"]["F-test"]
    found = compared(TABLES["Friedman"], METHODS["F-test"], repetition=0)
    for measure in ("precision", "correlation", "retrained_area", "seeds", "halves"):
        expected = getattr(committed, measure)[0]
        # other processors round otherwise
        assert found[measure] == (expected and pytest.approx(expected, abs=0.02, rel=0))


def test_a_corner_of_the_committed_record_comes_out_again() -> None:
    committed = read_record(COMMITTED).measured["mutual information"]
    for name in ("ring", "ring+xor+sum"):
        method = ON_PUBLIC_SETS["mutual information"]
        assert ranked(method, name, 32, 0)["best_k"] == committed[name]["32"].best_k[0]
