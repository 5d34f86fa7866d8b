"""Judges figures: every claim of the paper, and the reference values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from reproduce import figures
from reproduce.claims import Verdict, judge_all
from reproduce.reference import Move, moves
from reproduce.schema import UnreadableFileError

HOLDS, FAILS, CANNOT_TELL = 0, 1, 2
"""Exit codes."""

GOOD, BAD = "[green]holds[/]", "[bold red]FAILS[/]"
WIDTH = 110
"""Columns of a table where there is no terminal."""


def judge_folder(
    numbers: Sequence[int], folder: Path, reference: Path | None, markdown: bool = False
) -> int:
    """Print how claims and reference values stand in some figures; return the exit code.

    Without a ``reference`` the claims alone are judged. With ``markdown`` all is printed for a
    page.
    """
    try:
        contents = figures.read_run(numbers, folder)
    except UnreadableFileError as error:
        return cannot_tell(error)
    verdicts = judge_all(contents)
    made_by = figures.made_by_of(contents[numbers[0]])
    if markdown:
        click.echo(f"### Claims of the paper ({made_by})\n\n{markdown_of_claims(verdicts)}\n")
    else:
        print_claims(verdicts, made_by)
    code = HOLDS if all(verdict.holds for verdict in verdicts) else FAILS
    if reference is None:
        return code
    try:
        compared = moves(contents, reference)
    except ValueError as error:
        return code or cannot_tell(error)
    if markdown:
        click.echo(markdown_of_moves(compared))
    else:
        print_moves(compared)
    return code if all(move.holds for move in compared) else FAILS


def cannot_tell(reason: Exception) -> int:
    click.echo(f"Error: {reason}", err=True)
    return CANNOT_TELL


def print_claims(verdicts: Sequence[Verdict], made_by: str) -> None:
    """The table of claims: measured value, threshold, verdict."""
    if not verdicts:
        return
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
            GOOD if verdict.holds else BAD,
        )
    held = sum(verdict.holds for verdict in verdicts)
    show(table, f"{held} of {len(verdicts)} claims hold")


def markdown_of_claims(verdicts: Sequence[Verdict]) -> str:
    """The table of claims in Markdown, with what the paper says."""
    lines = ["| the paper says | measured as | measured | threshold | verdict |", "|---" * 5 + "|"]
    for verdict in verdicts:
        claim = verdict.claim
        cells = (
            claim.paper,
            claim.statement,
            claim.show(verdict.value),
            f"{claim.relation} {claim.show(claim.threshold)}",
            "✓ holds" if verdict.holds else "**✗ FAILS**",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def print_moves(compared: Sequence[Move]) -> None:
    """The table of reference values: what moved most, by how much of its tolerance."""
    if not compared:
        return
    table = Table("Fig.", "array", title="Reference values (the number that moved most)")
    for heading in ("numbers", "place", "measured", "reference", "moved, in tolerances"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for move in compared:
        table.add_row(
            str(move.figure),
            move.name,
            str(move.numbers),
            ", ".join(map(str, move.place)) or "-",
            f"{move.value:.4g}",
            f"{move.expected:.4g}",
            f"{move.tolerances:.2f}",
            GOOD if move.holds else BAD,
        )
    show(table, within_tolerance(compared))


def markdown_of_moves(compared: Sequence[Move]) -> str:
    """How many arrays are within their tolerance, and a line for each that is not."""
    return "\n".join(
        [within_tolerance(compared)]
        + [
            f"- **✗ figure {move.figure}, `{move.name}`**: {move.value:.4g} where "
            f"{move.expected:.4g} is expected, {move.tolerances:.2f} tolerances away"
            for move in compared
            if not move.holds
        ]
    )


def within_tolerance(compared: Sequence[Move]) -> str:
    held = sum(move.holds for move in compared)
    return f"{held} of {len(compared)} arrays are within the tolerance of their reference values"


def show(table: Table, sentence: str) -> None:
    console = Console()
    console.print(table) if console.is_terminal else Console(width=WIDTH).print(table)
    console.print(sentence, highlight=False)
