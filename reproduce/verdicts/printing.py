"""Judges figures: what is derived follows, every claim of the paper, and the reference values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from reproduce.figure import MeasuredFigure, made_by_of, read_run
from reproduce.schema import UnreadableFileError
from reproduce.verdicts.consistency import contradictions
from reproduce.verdicts.drift import SIGNIFICANCE, Compared, compare
from reproduce.verdicts.judging import Verdict, judge_all
from reproduce.verdicts.outcome import EXIT_CODES, Outcome, overall

CANNOT_TELL = EXIT_CODES[Outcome.OPEN]

MARKS = {
    Outcome.HOLDS: "[green]holds[/]",
    Outcome.FAILS: "[bold red]FAILS[/]",
    Outcome.OPEN: "[yellow]open[/]",
}
MARKDOWN_MARKS = {
    Outcome.HOLDS: "✓ holds",
    Outcome.FAILS: "**✗ FAILS**",
    Outcome.OPEN: "? open",
}
WIDTH = 110
"""Columns of a table where there is no terminal."""


def judge_folder(
    figures: Sequence[MeasuredFigure], folder: Path, reference: Path | None, markdown: bool = False
) -> int:
    """Print how claims and reference values stand in some figures; return the exit code.

    Without a ``reference`` the claims alone are judged. With ``markdown`` all is printed for a
    page.
    """
    try:
        contents = read_run(figures, folder)
        compared = compare(contents, reference) if reference else []
    except UnreadableFileError as error:
        click.echo(f"Error: {error}", err=True)
        return CANNOT_TELL
    wrong = contradictions(figures, contents)
    verdicts = judge_all(contents)
    made_by = made_by_of(contents[figures[0].name])
    seeds = len(contents[figures[0].name]["seeds"])
    if markdown:
        click.echo(f"### Claims of the paper ({made_by})\n\n{markdown_of_claims(verdicts)}\n")
        click.echo(markdown_of_compared(compared))
    else:
        print_claims(verdicts, made_by)
        print_compared(compared)
    for sentence in (*wrong, *open_questions(verdicts, compared, seeds)):
        click.echo(f"- {sentence}" if markdown else sentence)
    outcomes = [Outcome.FAILS] * len(wrong)
    outcomes += [verdict.outcome for verdict in verdicts]
    outcomes += [each.outcome for each in compared]
    return EXIT_CODES[overall(outcomes)]


def open_questions(
    verdicts: Sequence[Verdict], compared: Sequence[Compared], seeds: int
) -> list[str]:
    """What so few seeds leave open, and how many would tell; nothing where nothing is open."""
    sentences = []
    of_claims = {each.claim.seeds for each in verdicts if each.outcome is Outcome.OPEN}
    if of_claims:
        sentences.append(
            f"A claim that is open may fail by chance: {seeds} of the {max(of_claims)} seeds that "
            "can tell are here."
        )
    of_arrays = {each.seeds_needed for each in compared if each.outcome is Outcome.OPEN}
    if of_arrays:
        sentences.append(
            f"A comparison with the reference needs {max(of_arrays)} seeds: "
            f"{seeds} {'is' if seeds == 1 else 'are'} here."
        )
    return sentences


def print_claims(verdicts: Sequence[Verdict], made_by: str) -> None:
    """The table of claims: measured value, threshold, verdict."""
    if not verdicts:
        return
    table = Table("figure", "claim", title=f"Claims of the paper ({made_by})")
    table.add_column("measured", justify="right")
    table.add_column("threshold", justify="right")
    table.add_column("verdict")
    for verdict in verdicts:
        claim = verdict.claim
        table.add_row(
            claim.figure,
            claim.statement,
            claim.show(verdict.value),
            claim.condition,
            MARKS[verdict.outcome],
        )
    show_table(table, f"{held(verdicts)} of {len(verdicts)} claims hold")


def markdown_of_claims(verdicts: Sequence[Verdict]) -> str:
    """The table of claims in Markdown, with what the paper says."""
    lines = ["| The paper says | Measured as | Measured | Threshold | Verdict |", "|---" * 5 + "|"]
    for verdict in verdicts:
        claim = verdict.claim
        cells = (
            claim.paper,
            claim.statement,
            claim.show(verdict.value),
            claim.condition,
            MARKDOWN_MARKS[verdict.outcome],
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def print_compared(compared: Sequence[Compared]) -> None:
    """The table of reference values: how likely such a difference is, and where it is largest."""
    if not compared:
        return
    table = Table("figure", "array", title="Reference values, and where each array differs most")
    for heading in ("numbers", "place", "measured", "reference", "p-value"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for each in compared:
        table.add_row(
            each.figure,
            each.name,
            str(each.numbers),
            ", ".join(map(str, each.place)) or "mean",
            f"{each.value:.4g}",
            f"{each.expected:.4g}",
            "-" if each.p_value is None else f"{each.p_value:.2g}",
            MARKS[each.outcome],
        )
    show_table(table, sentence_of_compared(compared))


def markdown_of_compared(compared: Sequence[Compared]) -> str:
    """How many arrays hold, and a line for each that does not."""
    return "\n".join(
        [sentence_of_compared(compared)]
        + [
            f"- **✗ {each.figure}, `{each.name}`**: {each.value:.4g} where "
            f"{each.expected:.4g} is expected"
            + ("" if each.p_value is None else f", p = {each.p_value:.2g}")
            for each in compared
            if each.outcome is Outcome.FAILS
        ]
    )


def sentence_of_compared(compared: Sequence[Compared]) -> str:
    """How many arrays hold; ``p`` is at least the chance of such a difference anywhere."""
    untold = sum(each.outcome is Outcome.OPEN for each in compared)
    return (
        f"{held(compared)} of {len(compared)} arrays could come from the distribution of the "
        f"reference{f', {untold} cannot be told' if untold else ''} "
        f"(p-values over all arrays together; at most {SIGNIFICANCE} fails)"
    )


def held(judged: Sequence[Verdict] | Sequence[Compared]) -> int:
    return sum(each.outcome is Outcome.HOLDS for each in judged)


def show_table(table: Table, sentence: str) -> None:
    console = Console()
    console.print(table) if console.is_terminal else Console(width=WIDTH).print(table)
    console.print(sentence, highlight=False)
