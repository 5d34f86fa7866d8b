"""The findings in a terminal, or in what a pipe takes."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from spectral.rank.findings import Findings, RankedInput
from spectral.rank.wording import counted, listed
from spectral.running.one_sentence import printable

MOST_LINES = 40
"""Inputs that are printed; the files hold all."""

COLUMNS_OF_TEXT = 110
"""Where there is no terminal that has a width."""


def print_findings(findings: Findings) -> None:
    """Print the ranking and what it is worth on standard output."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=COLUMNS_OF_TEXT)
    console.print(ranking_in_columns(findings))
    hidden = findings.ranking[MOST_LINES:]
    if hidden:
        console.print(
            f"… and {counted(len(hidden), 'more input')}, "
            f"{sum(line.selected for line in hidden)} of them selected"
        )
    console.print()
    console.print(predictions_in_columns(findings))
    for sentence in remarks(findings):
        console.print(Text(printable(sentence)), soft_wrap=True)
    style = "" if findings.scores.network_has_learnt else "bold red"
    console.print(Text(findings.verdict(), style=style), soft_wrap=True)


def ranking_in_columns(findings: Findings) -> Table:
    """The first lines of the ranking."""
    table = Table(title=Text(printable(f"What predicts {findings.target!r}")))
    table.add_column("rank", justify="right")
    table.add_column("input", overflow="fold")
    for heading in ("relevance", "spread", "selected in", "told already"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for rank, line in enumerate(findings.ranking[:MOST_LINES], 1):
        table.add_row(
            str(rank),
            Text(printable(line.input)),
            f"{line.relevance:.2f}",
            f"{line.spread:.2f}",
            f"{line.selection_frequency:.0%}",
            "" if line.selected else f"{line.redundancy:.0%}",
            mark(line),
        )
    return table


def mark(line: RankedInput) -> str:
    """What is to be said of an input in a word."""
    return "selected" if line.selected else "silent" if line.silent else ""


def predictions_in_columns(findings: Findings) -> Table:
    """Who predicts the rows held out how well."""
    scores = findings.scores
    table = Table(title=f"{scores.measure} on {counted(scores.rows, 'row')} held out")
    table.add_column("predicted by")
    table.add_column(scores.measure, justify="right")
    for who, score in findings.predictions():
        table.add_row(who, findings.shown(score))
    return table


def remarks(findings: Findings) -> list[str]:
    """What is to be said beside the tables, a sentence each."""
    told = [findings.told + "."]
    told += [f"Left out {name!r}: {reason}." for name, reason in findings.left_out.items()]
    told += [f"{note}." for note in findings.notes]
    if findings.silent:
        told.append(f"Silent, no more relevant than the largest copy: {listed(findings.silent)}.")
    return told
