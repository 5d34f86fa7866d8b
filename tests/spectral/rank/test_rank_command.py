"""The command spectral-rank, from a file to what it prints, writes and exits with."""

import json
import os
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from distributed import LocalCluster

from spectral.rank.command import rank
from spectral.running.one_sentence import run_command
from spectral.running.workers import processes_at

COMMAND = [sys.executable, "-m", "spectral.rank.console"]
COLUMNS = ["input", "relevance", "spread", "selection_frequency", "redundancy", "selected"]
FILES = ["ranking.csv", "ranking.json", "ranking.pdf", "ranking.png", "report.html"]


def people(rows: int = 400, noise: int = 4) -> pd.DataFrame:
    """Whether somebody buys depends on age and town."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(rows, noise)), columns=[f"n{i}" for i in range(noise)])
    frame.insert(0, "id", np.arange(rows))
    frame["age"] = rng.integers(18, 90, rows)
    frame["<town>"] = rng.choice(["Rome", "Oslo", "Bonn"], rows)
    frame["same"] = 1
    score = (frame["age"] - 54) / 20 + 2.0 * (frame["<town>"] == "Rome") - 0.7
    frame["buys"] = np.where(score + 0.3 * rng.normal(size=rows) > 0, "yes", "no")
    return frame


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REPRODUCE_RUNS", raising=False)
    return tmp_path


def run(*arguments: str) -> int:
    """The exit code of the command, in this process."""
    with pytest.raises(SystemExit) as ended:
        run_command(rank, arguments, "spectral-rank")
    assert isinstance(ended.value.code, int)
    return ended.value.code


class Page(HTMLParser):
    """The text of a page, and whatever it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = ""
        self.loaded: list[str | None] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value for name, value in attrs if name in ("src", "srcset", "data")]
        self.loaded += [tag] if tag in ("link", "script", "iframe", "town") else []

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_table_is_ranked_printed_and_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people().to_csv("people.csv", index=False)
    arguments = ("people.csv", "--target", "buys", "--seeds", "2,5", "--workers", "1")
    assert run(*arguments, "--output", "found") == 0
    printed, told = capsys.readouterr()
    assert "'buys' holds 2 classes: classification" in told
    assert "Left out 'id': row numbers" in told
    assert "Left out 'same': always 1" in told
    assert "accuracy on 100 rows held out" in printed
    assert sorted(path.name for path in (folder / "found").iterdir()) == FILES

    ranking = pd.read_csv("found/ranking.csv")
    assert list(ranking) == COLUMNS
    others = ranking[~ranking["selected"]]
    assert (others["relevance"] + others["redundancy"]).is_monotonic_decreasing
    assert ranking["redundancy"].between(0, 1).all()
    assert "told already" in printed
    assert set(ranking["input"]) == {"n0", "n1", "n2", "n3", "age", "<town>"}
    assert set(ranking["input"][:2]) == {"age", "<town>"}
    assert all(name in printed for name in ranking["input"])

    found = json.loads(Path("found/ranking.json").read_text())
    assert found["learnt"] is True
    assert [line["input"] for line in found["ranking"]] == ranking["input"].tolist()
    assert found["sha256"] == checksum(Path("people.csv"))
    assert found["provenance"]["seeds"] == [2, 5]
    scores = found["scores"]
    assert scores["all_inputs"] > scores["chance"] + 0.15
    assert scores["rows"] == 100

    page = Page(folder / "found" / "report.html")
    assert [str(address)[:22] for address in page.loaded] == ["data:image/png;base64,"]
    assert "What predicts buys?" in page.text
    assert found["sha256"] in page.text
    assert "<town>" in page.text


def checksum(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_noise_is_one_warning_and_exit_code_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Targets that say the same of the held-out rows whatever their order cannot be learnt."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(120, 3)), columns=list("abc"))
    frame.assign(y=rng.permutation([0, 1] * 60)).to_parquet("noise.parquet")
    code = run(
        "noise.parquet", "--target", "y", "--seeds", "2", "--workers", "1", "--output", "found"
    )
    found = json.loads(Path("found/ranking.json").read_text())
    assert code == (0 if found["learnt"] else 1)
    assert found["learnt"] == (found["scores"]["p_value"] <= 0.05)
    if code == 1:
        assert "the ranking means nothing" in capsys.readouterr().out
        assert "the ranking means nothing" in Page(folder / "found" / "report.html").text


def test_numbers_missing_values_and_groups(folder: Path) -> None:
    frame = people().drop(columns="buys")
    frame["spent"] = 3.0 * frame["n0"] - 2 * frame["n1"] + frame["age"] / 40
    frame.loc[::9, "age"] = None
    frame.to_feather("people.feather")
    options = ("--impute", "--group", "n", "--seeds", "2", "--workers", "1", "--output", "found")
    assert run("people.feather", "--target", "spent", *options) == 0
    found = json.loads(Path("found/ranking.json").read_text())
    assert found["task"] == "regression"
    assert found["ranking"][0]["input"] == "n*"
    assert {line["input"] for line in found["ranking"]} == {"n*", "age", "<town>"}


def test_a_dask_cluster_gives_the_same_ranking(folder: Path) -> None:
    people(100).to_csv("people.csv", index=False)
    arguments = ("people.csv", "--target", "buys", "--seeds", "4")
    run(*arguments, "--workers", "1", "--output", "here")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        run(*arguments, "--dask", address, "--runs", "others", "--output", "there")
    assert Path("here/ranking.csv").read_bytes() == Path("there/ranking.csv").read_bytes()
    assert len(list(folder.glob("others/rank-*/*"))) == len(list(folder.glob("runs/rank-*/*")))


def test_a_cluster_of_a_single_worker_is_warned_of() -> None:
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        pytest.warns(UserWarning, match="has a single worker, and joblib sends work to two"),
        processes_at(cluster.scheduler_address, None, "cpu") as processes,
    ):
        assert processes == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["absent.csv", "--target", "buys"], "'absent.csv' does not exist"),
        (["people.csv"], "Missing option '--target'"),
        (["people.csv", "--target", "buy"], "the table has no column 'buy', but 'buys'"),
        (["people.csv", "--target", "buys", "--seeds", "0"], "at least 1 is needed"),
        (["people.csv", "--target", "buys", "--device", "cuda"], "cuda"),
        (["text.csv", "--target", "buys"], "does not begin like one"),
        (["people.csv", "--target", "buys", "--output", "people.csv"], "is a file"),
        (["people.csv", "--target", "buys", "--output", "/dev/null/x"], "cannot be written to"),
        (["people.csv", "--target", "buys", "--runs", "/dev/null/x"], "cannot be written to"),
        (["people.csv", "--target", "buys", "--dask", "tcp://127.0.0.1:9"], "no Dask scheduler"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_exit_code_2(
    folder: Path,
    arguments: list[str],
    reason: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("spectral.running.workers.DASK_TIMEOUT", 1)
    people(40).to_csv("people.csv", index=False)
    if arguments[0] == "text.csv":
        arguments = ["text.parquet", *arguments[1:]]
        Path("text.parquet").write_text("no table")
    assert run("--output", "found", *arguments) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert "Traceback" not in told
    assert "Training" not in told
    assert not list(folder.glob("runs")), "nothing is made before all is known to be right"
    assert not list(folder.glob("found/*"))
    assert Path("found").exists() == ("--runs" in arguments)


def test_which_sheet_was_read_is_said_where_it_lacks_the_target(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pd.ExcelWriter("book.xlsx") as book:
        people(40).to_excel(book, sheet_name="people", index=False)
        pd.DataFrame({"town": ["Rome"]}).to_excel(book, sheet_name="towns", index=False)
    assert run("book.xlsx", "--target", "towns") == 2
    told = capsys.readouterr().err
    assert "the table has no column 'towns', but '<town>' ('people' is the sheet that" in told


def test_an_interruption_is_one_sentence_and_the_same_command_goes_on(folder: Path) -> None:
    """Ctrl-C once the first seed is stored."""
    people(100).to_parquet("people.parquet")
    command = [*COMMAND, "people.parquet", "--target", "buys", "--workers", "2", "--seeds", "8"]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not (stored := list(folder.glob("runs/rank-*/[!.]*.safetensors"))):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130, told
    assert told.strip().splitlines()[-1].startswith("Interrupted. ")
    assert "Traceback" not in told
    before = {path: path.stat().st_mtime_ns for path in stored}
    ended: Any = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    assert {path: path.stat().st_mtime_ns for path in stored} == before, "not trained again"


def test_memory_is_taken_as_it_is_needed() -> None:
    """Where a limit on memory counts what is reserved, a gigabyte of it is not Arrow's."""
    code = """
import sys
from spectral.rank.console import spectral_rank
sys.argv = ["spectral-rank", "--help"]
try:
    spectral_rank()
except SystemExit:
    import pyarrow
    print(pyarrow.default_memory_pool().backend_name)
"""
    environment = {name: os.environ[name] for name in os.environ if not name.startswith("ARROW")}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=600, env=environment
    )
    assert told.stdout.splitlines()[-1:] == ["system"], told.stderr
