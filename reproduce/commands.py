"""The commands: what each takes, does, and answers."""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from joblib.externals.loky.process_executor import TerminatedWorkerError
from rich.console import Console

from reproduce import figures
from reproduce.__main__ import GOES_ON
from reproduce.options import (
    device_option,
    preset_option,
    runs_option,
    seeds_option,
    training_options,
)
from reproduce.pages import evolution, report
from reproduce.pages.execute import NotebookError, execute
from reproduce.schema import printable
from reproduce.training.memory import keep_freed_memory
from reproduce.training.runs import Run
from reproduce.training.train import available_device, train_missing
from reproduce.verdicts.printing import CANNOT_TELL, judge_folder
from reproduce.verdicts.reference import REFERENCE, read_reference, write_reference


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Reproduce "Automatic Input Feature Relevance via Spectral Neural Networks"."""


@main.command("all")
@training_options
def all_figures(**options: Any) -> None:
    """Train what is missing, write figures 1-7 and judge every claim."""
    reproduce(list(figures.FIGURES), **options)


def figure_command(number: int) -> click.Command:
    """The command that makes one figure."""

    def command(**options: Any) -> None:
        reproduce([number], **options)

    title = (figures.FIGURES[number].__doc__ or "").splitlines()[0]
    return click.command(f"figure{number}", help=title)(training_options(command))


for _number in figures.FIGURES:
    main.add_command(figure_command(_number))


reference_option = click.option(
    "--reference",
    "reference_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=REFERENCE,
    help="The reference values.  [default: figures/reference.json of this package]",
)


@main.command()
@click.argument(
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("figures/quick"),
)
@reference_option
@click.option("--markdown", is_flag=True, help="Print the table of claims for a Markdown page.")
def check(folder: Path, reference_path: Path, markdown: bool) -> None:
    """Judge the figures' JSON in FOLDER: every claim, and the reference values of its preset.

    Exits with 0 if all hold, 1 if one does not, 2 if it cannot be told.
    """
    sys.exit(judge_folder(list(figures.FIGURES), folder, reference_path, markdown))


@main.command("report")
@click.argument(
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("figures/quick"),
)
@reference_option
def rewrite_report(folder: Path, reference_path: Path) -> None:
    """Write FOLDER/report.html anew from the JSON there: one page to read or send."""
    not_asked_for = reference_path == REFERENCE and not REFERENCE.exists()
    page = report.write_report(folder, None if not_asked_for else reference_path)
    click.echo(printable(str(page)))


@main.command("notebooks")
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@preset_option
@seeds_option
@device_option
@runs_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("notebooks/executed"),
    show_default=True,
    help="Folder for the executed notebooks and their pages.",
)
def execute_notebooks(
    notebooks: tuple[Path, ...],
    preset: str,
    seeds: tuple[int, ...],
    device: str,
    runs_folder: Path,
    output: Path,
) -> None:
    """Execute NOTEBOOKS with papermill, by default all in notebooks/, and render them as HTML."""
    notebooks = notebooks or tuple(sorted(Path("notebooks").glob("*.ipynb")))
    if not notebooks:
        raise click.ClickException(f"there is no notebook in {Path('notebooks').absolute()}")
    require_writable(output)
    parameters = {
        "preset": preset,
        "seeds": ",".join(map(str, seeds)) if len(seeds) > 1 else f"{seeds[0]}-{seeds[0]}",
        "device": device,
        "runs": str(runs_folder.absolute()),
    }
    for notebook in notebooks:
        click.echo(printable(f"{notebook} …"), err=True)
        click.echo(printable(str(execute(notebook, output, parameters))))


@main.command()
@click.argument(
    "folders",
    nargs=-1,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
)
@reference_option
def reference(folders: tuple[Path, ...], reference_path: Path) -> None:
    """Make the figures in each of FOLDERS the reference values of their preset."""
    for folder in folders:
        contents = figures.read_run(list(figures.FIGURES), folder)
        preset = write_reference(contents, reference_path)
        click.echo(printable(f"{reference_path}: preset {preset} from {folder}"))


def reproduce(
    numbers: Sequence[int],
    preset: str,
    seeds: tuple[int, ...],
    device: str,
    workers: int | None,
    dask: str | None,
    checkpoint_seconds: float,
    output: Path | None,
    runs_folder: Path,
    logs: Path | None,
) -> None:
    """Train, measure, draw, judge; exit with the verdict."""
    started = time.monotonic()
    output = output or Path("figures") / preset
    if dask is None:
        device = available_device(device)
    reference = REFERENCE if REFERENCE.exists() else None
    if reference:
        read_reference(reference)  # a broken one ends the command before any training
    for folder in filter(None, (output, logs)):
        require_writable(folder)
    experiments = dict.fromkeys(figures.FIGURES[number].EXPERIMENT for number in numbers)
    runs = {experiment: Run(experiment, preset, seeds, runs_folder) for experiment in experiments}
    incomplete = [run for run in runs.values() if run.missing_seeds()]  # bad data end it here
    if incomplete:
        for folder in (runs_folder, *(run.folder for run in incomplete)):
            require_writable(folder)
    keep_freed_memory()
    console = Console(stderr=True, markup=False, highlight=False)
    if logs and not incomplete:
        console.print(printable(f"Nothing to log in {logs}: all seeds are trained already."))
    train_missing(
        [*runs.values()],
        device,
        workers,
        checkpoint_seconds=checkpoint_seconds,
        dask=dask,
        logs=logs,
    )
    for number in numbers:
        console.print(f"figure {number} …", style="dim")
        figures.write(number, runs[figures.FIGURES[number].EXPERIMENT], output)
    for run in runs.values():
        evolution.write(run, output)
    if len(numbers) == len(figures.FIGURES):
        report.write_report(output, reference)
    code = judge_folder(numbers, output, reference)
    console.print(printable(f"Figures in {output}, {time.monotonic() - started:.0f} s"))
    sys.exit(code)


def require_writable(folder: Path) -> None:
    """A clear error, before any training, if nothing can be written to the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written to: {error.strerror}") from None


def run_command(command: click.Command, arguments: Sequence[str], name: str = "reproduce") -> None:
    """Run a command; what a user can cause ends in one sentence, not in a traceback."""
    with warnings.catch_warnings():
        warnings.showwarning = show_warning
        try:
            command.main(arguments, prog_name=name, standalone_mode=False)
        except click.Abort:  # what click makes of Ctrl-C
            raise KeyboardInterrupt from None
        except TerminatedWorkerError:
            stop(f"a worker was killed, perhaps for lack of memory. {GOES_ON}")
        except click.ClickException as error:
            error.show()
            sys.exit(CANNOT_TELL)
        except OSError as error:
            reason = error.strerror or str(error)
            stop(f"{error.filename}: {reason}" if error.filename else reason)
        except (ValueError, NotebookError) as error:
            stop(str(error))


def stop(reason: str) -> NoReturn:
    """Leave with one sentence."""
    click.echo(f"Error: {printable(reason)}", err=True)
    sys.exit(CANNOT_TELL)


def show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning as one line, without the place in the code."""
    click.echo(f"Warning: {printable(str(message))}", err=True)
