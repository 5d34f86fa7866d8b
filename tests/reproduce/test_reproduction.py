"""The whole way, small: some seeds a data set, all figures, every claim, the command line."""

import json
import re
import runpy
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread

from reproduce.commands import main
from reproduce.figure import read_run
from reproduce.figures import FIGURES
from reproduce.verdicts.claims import CLAIMS
from reproduce.verdicts.judging import judge_all
from reproduce.verdicts.outcome import Outcome
from spectral.running.one_sentence import run_command

ROOT = Path(__file__).parents[2]
PAPER = ROOT / "figures" / "paper"


def exit_code(*arguments: object) -> int:
    """The command line in this process."""
    with pytest.raises(SystemExit) as leaving:
        run_command(main, [str(argument) for argument in arguments])
    return int(leaving.value.code or 0)


def change(path: Path, values: dict[str, Any]) -> None:
    """Put other values into the JSON of a figure."""
    content = json.loads(path.read_text())
    content["values"] |= values
    path.write_text(json.dumps(content))


def test_the_command_shows_progress(finished: Path) -> None:
    progress = (finished / "stderr").read_text()
    running = re.compile(r"epoch (?!120)\d+/120, training accuracy [\d.]+%, 0:0\d:(?!00)\d\d left")
    assert running.search(progress), progress


def test_every_claim_holds(finished: Path, seeds: tuple[int, ...]) -> None:
    verdicts = judge_all(read_run([*FIGURES.values()], finished / "figures"))
    assert tuple(verdict.claim for verdict in verdicts) == CLAIMS
    for verdict in verdicts:
        assert verdict.claim.seeds <= len(seeds)
        assert verdict.outcome is Outcome.HOLDS, verdict
    output = (finished / "stdout").read_text()
    assert "17 of 17 claims hold" in output
    assert "10 of 10 arrays could come from" in output
    page = (finished / "figures" / "report.html").read_text()
    assert "17 of 17 claims of the paper that were turned into numbers hold." in page


def test_every_figure_is_there_in_three_forms(finished: Path, seeds: tuple[int, ...]) -> None:
    for name in FIGURES:
        content = json.loads((finished / "figures" / f"{name}.json").read_text())
        assert set(content) == {"figure", "preset", "seeds", "values", "provenance"}
        assert content["seeds"] == list(seeds)
        picture = imread(finished / "figures" / f"{name}.png")
        assert min(picture.shape[:2]) > 400
        assert picture.std() > 0.05
        pdf = (finished / "figures" / f"{name}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF")


def test_values_have_the_shapes_agreed(finished: Path, seeds: tuple[int, ...]) -> None:
    values = {name: figure.read(finished / "figures")["values"] for name, figure in FIGURES.items()}
    assert [len(row) for row in values["figure1"]["relevance"]] == [20] * len(seeds)
    assert [len(row) for row in values["figure2"]["relevance"]] == [10] * len(seeds)
    pixels = values["figure3"]["pixels"]
    assert pixels[-1] == 784
    for key in ("accuracy", "accuracy_random"):
        assert [len(row) for row in values["figure3"][key]] == [len(pixels)] * len(seeds)
    assert [len(set(row)) for row in values["figure3"]["top20"]] == [20] * len(seeds)
    assert len(values["figure4"]["examples"]) >= 4
    assert set(values["figure4"]["labels"]) == {0, 1}
    assert sum(values["figure4"]["mask"]) == 20
    assert len(values["figure5"]["class_0"]) == 20
    assert len(values["figure6"]["class_1"]) == 2
    assert [max(row) for row in values["figure7"]["relevance"]] == [1] * len(seeds)
    assert [sum(row) for row in values["figure7"]["histogram"]] == [784] * len(seeds)


@pytest.mark.usefixtures("without_pictures")
def test_a_second_run_trains_nothing_and_writes_the_same_values(
    finished: Path, seeds: tuple[int, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: (finished / "figures" / f"{name}.json").read_bytes() for name in FIGURES}
    options = ("--seeds", len(seeds), "--output", tmp_path, "--runs", finished / "runs")
    assert exit_code("all", *options) == int((finished / "exit code").read_text())
    assert "to train" not in capsys.readouterr().err
    for name, content in before.items():
        assert (tmp_path / f"{name}.json").read_bytes() == content


def test_check_judges_the_stored_values_as_the_command_did(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code("check", finished / "figures") == int((finished / "exit code").read_text())
    said = re.search(r"\d+ of 17 claims hold\n", capsys.readouterr().out)
    assert said is not None
    assert said[0] in (finished / "stdout").read_text()


def test_the_committed_figures_hold_claims_and_reference(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert exit_code("check", PAPER) == 0
    output = capsys.readouterr().out
    assert "17 of 17 claims hold" in output
    assert "10 of 10 arrays could come from" in output
    for figure in FIGURES.values():
        content = figure.read(PAPER)
        assert content["seeds"] == list(range(10))
        assert content["preset"] == "paper"


def test_a_drift_is_caught(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Inputs half as relevant again as they were: every claim holds, the reference not."""
    relevance = 1.5 * np.array(FIGURES["figure2"].read(folder)["values"]["relevance"])
    mean, std = relevance.mean(0), relevance.std(0)
    drifted = {"relevance": relevance.tolist(), "mean": mean.tolist(), "std": std.tolist()}
    change(folder / "figure2.json", drifted)
    assert exit_code("check", folder) == 1
    output = capsys.readouterr().out
    assert "17 of 17 claims hold" in output
    assert "9 of 10 arrays could come from" in output
    assert exit_code("check", folder, "--markdown") == 1
    *_, count, line = capsys.readouterr().out.splitlines()
    assert count.startswith("9 of 10 arrays")
    assert line.startswith("- **✗ figure2, `relevance`**: ")


def test_a_reference_can_be_made_and_held(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "reference.json"
    options = ("--reference", path)
    run_command(main, ["reference", str(PAPER), *map(str, options)])
    assert exit_code("check", PAPER, *options) == 0
    assert exit_code("check", finished / "figures", *options) == 2
    assert "no reference values for 'quick'" in capsys.readouterr().err


def test_check_fails_on_a_spoilt_value(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accuracy = FIGURES["figure3"].read(folder)["values"]["accuracy_full"]
    change(folder / "figure3.json", {"accuracy_full": [0.5, *accuracy[1:]]})
    assert exit_code("check", folder) == 1
    assert "FAILS" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figure9"], "No such command 'figure9'"),
        (["all", "--preset", "slow"], "'slow' is not one of 'quick', 'paper'"),
        (["all", "--output", ""], "an empty name is no folder"),
        (["all", "--runs", ""], "an empty name is no folder"),
        (["all", "--seeds", "0"], "0 seeds cannot be trained"),
        (["all", "--seeds", "-1"], "-1 seeds cannot be trained"),
        (["all", "--seeds", "x"], "'x' is neither a number of seeds, such as 10, nor a list"),
        (["all", "--seeds", "3,,4"], "'3,,4' is neither a number of seeds"),
        (["all", "--seeds", "3,9-7"], "'9-7' in '3,9-7' goes from high to low"),
        (["all", "--seeds", "3,1-4"], "'3,1-4' names a seed twice"),
        (["all", "--seeds", "0-999999999"], "'0-999999999' is more than the 10000 seeds allowed"),
        (["all", "--checkpoint-every", "-1"], "-1.0 is not in the range x>=0"),
        (["figure1", "--checkpoint-every", "nan"], "nan is not a finite number"),
        (["all", "--workers", "0"], "0 processes cannot work"),
        (["all", "--output", "/proc/figures"], "/proc/figures cannot be written to"),
        (["all", "--runs", "/proc/runs"], "/proc/runs cannot be written to"),
        (["check", "nowhere"], "'nowhere' does not exist"),
    ],
)
def test_bad_arguments_end_before_any_training(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(*arguments) == 2
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.rglob("*.json"))


def test_cuda_without_cuda_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert exit_code("all", "--device", "cuda") == 2
    message = "Error: --device cuda, but torch finds no CUDA device on "
    assert capsys.readouterr().err.startswith(message)


def test_a_figure_is_a_script() -> None:
    ended = subprocess.run(
        [sys.executable, "reproduce/figure3.py", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ended.returncode == 0
    assert "Usage: reproduce/figure3.py [OPTIONS]" in ended.stdout
    assert "Figure 3:" in ended.stdout
    assert "--preset" in ended.stdout


@pytest.mark.parametrize("name", list(FIGURES))
def test_each_script_runs_its_own_figure(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--help"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # Ctrl-C stays with pytest
    monkeypatch.setenv("MPLBACKEND", "agg")
    with pytest.raises(SystemExit) as leaving:
        runpy.run_path(f"{ROOT}/reproduce/{name}.py", run_name="__main__")
    assert not leaving.value.code
    assert f"Figure {FIGURES[name].number}:" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["x[/red]", "x\x1b[31m"])
def test_a_folder_is_shown_as_it_is_called(
    name: str,
    finished: Path,
    seeds: tuple[int, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--seeds", len(seeds), "--runs", finished / "runs", "--output", tmp_path / name]
    assert exit_code("figure2", *arguments) in (0, 2)  # 2: a claim may be open
    assert f"{tmp_path.name}/{name}".replace("\x1b", "\\x1b") in re.sub(
        r"\n", "", capsys.readouterr().err
    )
