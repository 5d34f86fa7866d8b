"""What the notebooks need: stored runs or fresh ones, figures inline, verdicts under each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from IPython.display import Image, Markdown, display
from matplotlib.figure import Figure

from reproduce.evolution import EVOLUTIONS
from reproduce.experiments import PRESETS, SEEDS, Experiment
from reproduce.figure import MeasuredFigure, Values
from reproduce.figures import FIGURES
from reproduce.training.runs import Run
from reproduce.training.train import available_device, train_missing
from reproduce.verdicts.judging import judge_all
from reproduce.verdicts.printing import markdown_of_claims
from spectral.appearance.style import paper_style, picture
from spectral.running.shared_options import DEVICES, SeedList


class ParameterError(ValueError):
    """A parameter of a notebook is wrong. Jupyter shows the sentence alone."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def trained(
    experiment: Experiment,
    preset: str = PRESETS[0],
    seeds: int | str = SEEDS,
    device: str = "auto",
    runs: str | Path | None = None,
) -> Run:
    """The stored run of an experiment; seeds that are missing are trained first.

    Parameters
    ----------
    experiment : Experiment
        One of :data:`reproduce.experiments.EXPERIMENTS`.
    preset, seeds, device : str or int, default="quick", 10 and "auto"
        As at the command line: ``"quick"`` or ``"paper"``; a number, or a list such as
        ``"3,7,10-19"``; ``"auto"``, ``"cpu"`` or ``"cuda"``.
    runs : str or Path or None, default=None
        The folder of the trained seeds. By default what the environment variable
        ``REPRODUCE_RUNS`` names, or else ``runs`` beside the folder of the notebooks.

    Raises
    ------
    ParameterError
        If a parameter is of the wrong type, or not one of those allowed.
    """
    if not isinstance(runs, str | Path | None):
        raise ParameterError(f"runs: {runs!r} is not the name of a folder")
    run = Run(
        experiment,
        _checked(click.Choice(PRESETS), "preset", preset),
        _checked(SeedList(), "seeds", str(seeds)),
        Path(runs or os.environ.get("REPRODUCE_RUNS") or "../runs"),
    )
    device = _checked(click.Choice(DEVICES), "device", device)
    try:
        device = available_device(device)
    except ValueError as error:
        raise ParameterError(f"device: {error}") from None
    try:
        train_missing([run], device)
    except OSError as error:
        reason = f"runs: {run.root} cannot be used: {error.strerror}" if error.strerror else error
        raise ParameterError(str(reason)) from None
    return run


def require_whole_number(name: str, value: Any, *, least: int) -> None:
    """Raise a :class:`ParameterError` unless a parameter is a whole number of at least so much."""
    _checked(click.IntRange(min=least), name, str(value))


def chosen_of(name: str, value: Any, allowed: Sequence[str]) -> list[str]:
    """The names that a parameter lists, separated by commas; ``"all"`` stands for all allowed.

    Raises
    ------
    ParameterError
        If one of them is not allowed.

    Examples
    --------
    >>> chosen_of("fruit", "pear, fig", ["fig", "lemon", "pear"])
    ['pear', 'fig']
    """
    if value == "all":
        return [*allowed]
    names = [each.strip() for each in str(value).split(",")]
    return [_checked(click.Choice(allowed), name, each) for each in names]


def show(name: str, run: Run) -> None:
    """A figure of the paper, such as ``"figure1"``, and how its claims stand."""
    figure = FIGURES[_checked(click.Choice([*FIGURES]), "name", name)]
    values = show_measured(figure, run)
    verdicts = judge_all({name: {"values": values, "seeds": run.seeds}})
    if verdicts:
        display(Markdown(markdown_of_claims(verdicts)))


def show_evolution(run: Run) -> None:
    """How the eigenvalues evolved while the run trained."""
    show_measured(EVOLUTIONS[run.experiment], run)


def show_measured(figure: MeasuredFigure, run: Run) -> Values:
    """A figure as it is measured on a run; returns its values."""
    values = figure.measure(run)
    with paper_style():
        drawn = figure.draw(values)
    display_figure(drawn, figure.alt)
    return values


def display_figure(figure: Figure, alt: str) -> None:
    """Show a figure in the notebook, sharp on dense screens, and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is shown.
    alt : str
        The picture in words.
    """
    width = round(figure.get_figwidth() * figure.dpi)
    with paper_style():
        display(Image(picture(figure), width=width, alt=alt))


def _checked(kind: click.ParamType, name: str, value: Any) -> Any:
    try:
        return kind.convert(value, None, None)
    except click.UsageError as error:
        raise ParameterError(f"{name}: {error.message}") from None
