"""The notebooks run, are committed clean, and say in one sentence what is wrong."""

import json
import re
from pathlib import Path

import nbformat
import papermill
import pytest

from reproduce.commands import main
from reproduce.experiments import CORRELATED_GAUSSIANS
from reproduce.pages.execution import NotebookError, execute
from reproduce.pages.notebook import ParameterError, require_whole_number, trained
from spectral.running.one_sentence import run_command

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


OF_RUNS = [notebook for notebook in NOTEBOOKS if "trained(" in notebook.read_text()]
"""Those that load the stored runs, or train them."""
OTHERS = [notebook for notebook in NOTEBOOKS if notebook not in OF_RUNS]


@pytest.mark.parametrize("notebook", OF_RUNS, ids=lambda path: path.stem)
def test_a_notebook_of_stored_runs_shows_figures_and_verdicts(
    notebook: Path, finished: Path, seeds: tuple[int, ...], tmp_path: Path
) -> None:
    runs_and_shows(notebook, tmp_path, {"seeds": len(seeds), "runs": str(finished / "runs")})


@pytest.mark.parametrize("notebook", OTHERS, ids=lambda path: path.stem)
def test_another_notebook_shows_what_it_trains(notebook: Path, tmp_path: Path) -> None:
    runs_and_shows(notebook, tmp_path, {"epochs": 50, "rankings": 2})


def runs_and_shows(notebook: Path, tmp_path: Path, parameters: dict[str, object]) -> None:
    """Execute a notebook; all that it means to show is there."""
    page = execute(notebook, tmp_path, {"device": "cpu"} | parameters)
    assert page == tmp_path / f"{notebook.stem}.html"
    assert "data:image/png;base64" in page.read_text()
    executed = nbformat.read(tmp_path / notebook.name, as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    shown = re.findall(r'show\(\\"(\w+)\\"', notebook.read_text())
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= max(1, len(shown))
    tables = [output for output in outputs if "text/markdown" in output.get("data", {})]
    assert len(tables) == len(set(shown) - {"figure5", "figure6"})  # these two show the data alone


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_clean(notebook: Path) -> None:
    """No outputs, no counts, no metadata but tags and the kernel: what differs is what was
    meant."""
    content = json.loads(notebook.read_text())
    assert notebook.read_text() == json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    assert content["metadata"].keys() == {"kernelspec", "language_info"}
    for cell in content["cells"]:
        assert cell["metadata"].keys() <= {"tags"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    assert papermill.inspect_notebook(str(notebook))  # it has a cell of parameters
    nbformat.validate(nbformat.read(notebook, as_version=4))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": 3}, "preset: 3 is not one of 'quick', 'paper'"),
        ({"seeds": 2.5}, "seeds: '2.5' is neither a number of seeds"),
        ({"seeds": "many"}, "seeds: 'many' is neither a number of seeds"),
        ({"device": "tpu"}, "device: 'tpu' is not one of 'auto', 'cpu', 'cuda'"),
        ({"runs": 3}, "runs: 3 is not the name of a folder"),
    ],
)
def test_a_wrong_parameter_is_one_sentence(options: dict, message: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)) as raised:
        trained(CORRELATED_GAUSSIANS, **options)
    assert len(raised.value._render_traceback_()) == 1


def test_a_wrong_parameter_stops_the_notebook_with_that_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="failed with ParameterError: preset: 'slow' is not"):
        execute(NOTEBOOKS[1], tmp_path, {"preset": "slow"})


@pytest.mark.parametrize("value", ["many", 2.5, 0])
def test_a_parameter_that_is_no_such_whole_number_is_one_sentence(value: object) -> None:
    with pytest.raises(ParameterError, match=f"epochs: '?{value}"):
        require_whole_number("epochs", value, least=1)


@pytest.mark.parametrize(("name", "value"), [("epochs", 0), ("seed", -1)])
def test_the_method_notebook_checks_its_parameters(name: str, value: object) -> None:
    """Its parameters and the cell after them, run in this process as papermill would."""
    cells = nbformat.read(NOTEBOOKS[0], as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    (place,) = (i for i, cell in enumerate(code) if "parameters" in cell.metadata.get("tags", ()))
    names: dict[str, object] = {}
    exec(code[place].source, names)
    names[name] = value
    with pytest.raises(ParameterError, match=f"{name}: '?{value}"):
        exec(code[place + 1].source, names)


def test_a_missing_kernel_is_one_sentence(tmp_path: Path) -> None:
    content = json.loads(NOTEBOOKS[0].read_text())
    content["metadata"]["kernelspec"]["name"] = "no-such-kernel"
    notebook = tmp_path / "notebook.ipynb"
    notebook.write_text(json.dumps(content))
    with pytest.raises(NotebookError, match="needs the Jupyter kernel 'no-such-kernel'"):
        execute(notebook, tmp_path / "executed", {})


def test_a_kernel_that_dies_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(NOTEBOOKS[0].read_text())
    content["cells"] = content["cells"][1:2]
    content["cells"][0] |= {"source": "import os; os._exit(3)"}
    notebook = tmp_path / "notebook.ipynb"
    notebook.write_text(json.dumps(content))
    with pytest.raises(SystemExit) as leaving:
        run_command(main, ["notebooks", str(notebook), "--output", str(tmp_path / "executed")])
    assert leaving.value.code == 2
    *_, error = capsys.readouterr().err.splitlines()
    assert error.startswith("Error: the kernel of notebook.ipynb ended before the notebook did")


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(papermill, "execute_notebook", full)
    with pytest.raises(OSError, match="No space left on device") as raised:
        execute(NOTEBOOKS[0], tmp_path, {})
    assert raised.value.filename == str(tmp_path)


def test_a_file_that_is_no_notebook_is_one_sentence(tmp_path: Path) -> None:
    notebook = tmp_path / "notebook.ipynb"
    for content in ("no JSON", '{"a": 1}'):
        notebook.write_text(content)
        with pytest.raises(NotebookError, match="cannot be read as a notebook"):
            execute(notebook, tmp_path / "executed", {})


def test_a_notebook_is_not_replaced_by_its_result() -> None:
    with pytest.raises(NotebookError, match="would replace"):
        execute(NOTEBOOKS[0], NOTEBOOKS[0].parent, {})
