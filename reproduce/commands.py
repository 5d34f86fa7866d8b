"""The command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from reproduce.ablation.ablation_command import ablation
from reproduce.comparison.comparison_command import draw_comparison
from reproduce.figure import read_run
from reproduce.figures import FIGURES
from reproduce.making import figure_command, make
from reproduce.options import (
    device_option,
    preset_option,
    runs_option,
    seeds_option,
    training_options,
)
from reproduce.pages import report
from reproduce.pages.execution import NotebookError, execute
from reproduce.verdicts.consistency import contradictions
from reproduce.verdicts.printing import judge_folder
from reproduce.verdicts.reference import REFERENCE, write_reference
from spectral.running.one_sentence import printable, require_writable
from spectral.running.shared_options import FolderToWrite


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Reproduce "Automatic Input Feature Relevance via Spectral Neural Networks"."""


@main.command("all")
@training_options
def all_figures(**options: Any) -> None:
    """Train what is missing, write figures 1-7 and judge every claim."""
    make([*FIGURES.values()], **options, report=report.write_report)


for _figure in FIGURES.values():
    main.add_command(figure_command(_figure))


main.add_command(ablation)
main.add_command(draw_comparison)


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
    sys.exit(judge_folder([*FIGURES.values()], folder, reference_path, markdown))


@main.command("report")
@click.argument(
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("figures/quick"),
)
@reference_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page.  [default: FOLDER/report.html]",
)
def rewrite_report(folder: Path, reference_path: Path, output: Path | None) -> None:
    """Write report.html anew from the JSON in FOLDER: one page to read or send.

    Exits with 2 if a figure is missing or broken, or, with a page that says so, if the reference
    values are.
    """
    not_asked_for = reference_path == REFERENCE and not REFERENCE.exists()
    reference = None if not_asked_for else reference_path
    page, problem = report.write_report(folder, reference, output)
    click.echo(printable(str(page)))
    if problem:
        raise click.ClickException(problem)


@main.command("notebooks")
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@preset_option
@seeds_option
@device_option
@runs_option
@click.option(
    "--output",
    type=FolderToWrite(),
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
    }
    for notebook in notebooks:
        click.echo(printable(f"{notebook} …"), err=True)
        try:
            runs = {"runs": os.path.relpath(runs_folder, notebook.parent)}  # where it is executed
            page = execute(notebook, output, parameters | runs)
        except NotebookError as error:
            raise click.ClickException(printable(str(error))) from None
        click.echo(printable(str(page)))


@main.command("reference")
@click.argument(
    "folders",
    nargs=-1,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
)
@reference_option
def make_reference(folders: tuple[Path, ...], reference_path: Path) -> None:
    """Make the figures in each of FOLDERS the reference values of their preset.

    Exits with 2 if figures of a folder contradict each other or their preset.
    """
    for folder in folders:
        contents = read_run([*FIGURES.values()], folder)
        wrong = contradictions(FIGURES.values(), contents)
        if wrong:
            raise click.ClickException(printable(f"{folder}: {wrong[0]}"))
        preset = write_reference(contents, reference_path)
        click.echo(printable(f"{reference_path}: preset {preset} from {folder}"))
