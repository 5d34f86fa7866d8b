"""The command line: ``python -m reproduce``."""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
import torch
from joblib.externals.loky.process_executor import TerminatedWorkerError
from rich.console import Console
from rich.table import Table

from reproduce import figures
from reproduce.claims import CLAIMS, Verdict, judge
from reproduce.experiments import PRESETS, SEEDS
from reproduce.memory import keep_freed_memory
from reproduce.runs import Run
from reproduce.training import train_missing

HOLDS, FAILS, CANNOT_TELL = 0, 1, 2
INTERRUPTED = 130
GOES_ON = "Finished seeds are stored; the same command goes on from there."


class Seeds(click.ParamType):
    """A number of seeds: the seeds are 0, 1, 2, … up to it."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            count = int(value)
        except ValueError:
            self.fail(f"{value!r} is not a number of seeds, such as 10", param, ctx)
        if count < 1:
            self.fail(f"{count} seeds cannot be trained: at least 1 is needed", param, ctx)
        return tuple(range(count))


class Workers(click.ParamType):
    """A number of processes, or ``auto`` for one a core (None)."""

    name = "auto|number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value == "auto":
            return None
        try:
            workers = int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a number nor auto", param, ctx)
        if workers < 1:
            self.fail(f"{workers} processes cannot work: at least 1 is needed", param, ctx)
        return workers


def training_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that ``all`` and each figure share."""
    options = (
        click.option(
            "--preset",
            type=click.Choice(PRESETS),
            default="quick",
            show_default=True,
            help="quick: minutes; paper: the schedule of Appendix B.",
        ),
        click.option(
            "--seeds", type=Seeds(), default=str(SEEDS), show_default=True, help="How many."
        ),
        click.option(
            "--device",
            type=click.Choice(["auto", "cpu", "cuda"]),
            default="auto",
            show_default=True,
            help="Where to train.",
        ),
        click.option(
            "--workers",
            type=Workers(),
            default="auto",
            show_default=True,
            help="Processes on CPU; auto: one a core.",
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path, file_okay=False),
            help="Folder for the figures.  [default: figures/<preset>]",
        ),
        click.option(
            "--runs",
            "runs_folder",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("runs"),
            show_default=True,
            help="Folder for the trained seeds.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


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


@main.command()
@click.argument(
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("figures/quick"),
)
def check(folder: Path) -> None:
    """Judge every claim from the figures' JSON in FOLDER, without training.

    Exits with 0 if all hold, 1 if one does not, 2 if it cannot be told.
    """
    sys.exit(report(list(figures.FIGURES), folder))


def reproduce(
    numbers: Sequence[int],
    preset: str,
    seeds: tuple[int, ...],
    device: str,
    workers: int | None,
    output: Path | None,
    runs_folder: Path,
) -> None:
    """Train, measure, draw, judge; exit with the verdict."""
    started = time.monotonic()
    output = output or Path("figures") / preset
    device = resolve_device(device)
    for folder in (output, runs_folder):
        require_writable(folder)
    experiments = dict.fromkeys(figures.FIGURES[number].EXPERIMENT for number in numbers)
    runs = {experiment: Run(experiment, preset, seeds, runs_folder) for experiment in experiments}
    for run in runs.values():
        run.data  # noqa: B018  (loaded here, so that bad data ends the command before any training)
    keep_freed_memory()
    console = Console(stderr=True)
    train_missing([*runs.values()], device, workers)
    for number in numbers:
        console.print(f"figure {number} …", style="dim")
        figures.write(number, runs[figures.FIGURES[number].EXPERIMENT], output)
    code = report(numbers, output)
    console.print(f"Figures in {output}, {time.monotonic() - started:.0f} s", highlight=False)
    sys.exit(code)


def report(numbers: Sequence[int], folder: Path) -> int:
    """Print the table of claims about some figures; the exit code."""
    try:
        contents = {number: figures.read(number, folder) for number in numbers}
    except figures.UnreadableFigureError as error:
        click.echo(f"Error: {error}", err=True)
        return CANNOT_TELL
    made_by = {f"preset {c['preset']}, seeds {c['seeds']}" for c in contents.values()}
    if len(made_by) > 1:
        listed = "; ".join(sorted(made_by))
        click.echo(f"Error: the figures in {folder} are of different runs: {listed}", err=True)
        return CANNOT_TELL
    verdicts = [
        judge(claim, contents[claim.figure]["values"])
        for claim in CLAIMS
        if claim.figure in contents
    ]
    if not verdicts:
        return HOLDS
    print_verdicts(verdicts, made_by.pop())
    return HOLDS if all(verdict.holds for verdict in verdicts) else FAILS


def print_verdicts(verdicts: Sequence[Verdict], made_by: str) -> None:
    """The table of claims: measured value, threshold, verdict."""
    table = Table("Fig.", "claim", title=f"Claims of the paper ({made_by})")
    table.add_column("measured", justify="right")
    table.add_column("threshold", justify="right")
    table.add_column("verdict")
    for verdict in verdicts:
        claim = verdict.claim
        table.add_row(
            str(claim.figure),
            claim.statement,
            claim.show(verdict.value),
            f"{claim.relation} {claim.show(claim.threshold)}",
            "[green]holds[/]" if verdict.holds else "[bold red]FAILS[/]",
        )
    console = Console()
    console.print(table) if console.is_terminal else Console(width=110).print(table)
    held = sum(verdict.holds for verdict in verdicts)
    console.print(f"{held} of {len(verdicts)} claims hold", highlight=False)


def resolve_device(device: str) -> str:
    """``cpu`` or ``cuda``; a clear error where CUDA is asked for and is not there."""
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise click.ClickException("--device cuda, but torch finds no CUDA device here")
    return ("cuda" if available else "cpu") if device == "auto" else device


def require_writable(folder: Path) -> None:
    """A clear error, before any training, if nothing can be written to the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written to: {error.strerror}") from None


def run_command(command: click.Command, arguments: Sequence[str] | None = None) -> None:
    """Run a command; what a user can cause ends in one sentence, not in a traceback."""
    name = "python -m reproduce" if command is main else f"reproduce/{command.name}.py"
    with warnings.catch_warnings():
        warnings.showwarning = show_warning
        try:
            command.main(arguments, prog_name=name, standalone_mode=False)
        except (click.Abort, KeyboardInterrupt):
            stop(f"Interrupted. {GOES_ON}", INTERRUPTED)
        except TerminatedWorkerError:
            stop(f"Error: a worker was killed, perhaps for lack of memory. {GOES_ON}", CANNOT_TELL)
        except click.ClickException as error:
            error.show()
            sys.exit(CANNOT_TELL)
        except (OSError, ValueError) as error:
            stop(f"Error: {error}", CANNOT_TELL)


def stop(message: str, code: int) -> NoReturn:
    """Leave with one sentence."""
    click.echo(message, err=True)
    sys.exit(code)


def show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning as one line, without the place in the code."""
    click.echo(f"Warning: {message}", err=True)


def figure_script(number: int) -> None:
    """What ``python reproduce/figure<N>.py`` runs."""
    run_command(figure_command(number))


def reproduce_all() -> None:
    """The console script ``reproduce-all``: without a command it runs ``all``."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments = ["all", *arguments]
    run_command(main, arguments)


if __name__ == "__main__":
    run_command(main)
