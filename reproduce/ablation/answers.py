"""What the ablation says: a question, and a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reproduce.ablation.ablation_tables import number, percent
from reproduce.ablation.conditions import (
    BOTH,
    EIGENVALUES,
    EIGENVECTORS,
    GROUP_LASSO,
    NEITHER,
    PLAIN,
    PROXIMAL,
    Condition,
)

Rows = Sequence[dict[str, Any]]
Values = dict[str, Any]

WHOLE = "nothing"
"""What is left out of the selector as it is."""


@dataclass(frozen=True)
class Answer:
    """A question, and what the results say to it; None where they do not."""

    question: str
    sentence: str | None


def answers_of_penalties(rows: Rows) -> list[Answer]:
    """What the paper's data sets tell."""
    return [
        Answer("Does the paper's own penalty silence inputs?", silence(rows)),
        Answer("Is the spectral parametrisation more than a group lasso?", more_than_lasso(rows)),
        Answer("Is the eigenvalue alone enough?", eigenvalue_alone(rows)),
        Answer("Do the seeds agree?", agreement_of_seeds(rows)),
        Answer("What does the strength of the penalty do?", strengths(rows)),
    ]


def answers_of_benchmark(values: Values | None) -> list[Answer]:
    """What the public benchmark tells; nothing where its part is missing."""
    return [
        Answer(
            "How do the penalties rank on the public benchmark?",
            values and benchmark_ranks(values["networks"]),
        ),
        Answer(
            "Which part of the selector does the work?",
            values and parts_of_selector(values["selectors"]),
        ),
    ]


def silence(rows: Rows) -> str:
    return (
        f"Of the irrelevant inputs (of MNIST: of the pixels that vary) it brings "
        f"{across(rows, BOTH, 'silent')} to a thousandth of the largest or less; on λ alone "
        f"{across(rows, EIGENVALUES, 'silent')}, on ψ alone "
        f"{across(rows, EIGENVECTORS, 'silent')}, without it {across(rows, NEITHER, 'silent')}."
    )


def more_than_lasso(rows: Rows) -> str:
    epochs = "epochs_to_silence"
    return (
        f"Silent with λ and ψ: {across(rows, BOTH, 'silent')}, half of them after "
        f"{across(rows, BOTH, epochs)} epochs; with a plain layer and the group lasso of the same "
        f"strength in the loss {across(rows, GROUP_LASSO, 'silent')}, after "
        f"{across(rows, GROUP_LASSO, epochs)}; by proximal steps "
        f"{across(rows, PROXIMAL, 'silent')}, after {across(rows, PROXIMAL, epochs)}. Average "
        f"precision {across(rows, BOTH, 'average_precision')} against "
        f"{across(rows, GROUP_LASSO, 'average_precision')} and "
        f"{across(rows, PROXIMAL, 'average_precision')}; test accuracy "
        f"{across(rows, BOTH, 'accuracy')} against {across(rows, GROUP_LASSO, 'accuracy')} and "
        f"{across(rows, PROXIMAL, 'accuracy')}."
    )


def eigenvalue_alone(rows: Rows) -> str:
    return (
        f"Average precision by |λ| alone {across(rows, BOTH, 'average_precision_of_eigenvalues')}, "
        f"by |λ|·‖ψ‖ {across(rows, BOTH, 'average_precision')}, by ‖w‖ of a plain layer without a "
        f"penalty {across(rows, PLAIN, 'average_precision')}; test accuracy with the first inputs "
        f"{across(rows, BOTH, 'accuracy_of_first_eigenvalues')}, "
        f"{across(rows, BOTH, 'accuracy_of_first')} and {across(rows, PLAIN, 'accuracy_of_first')}."
    )


def agreement_of_seeds(rows: Rows) -> str:
    return (
        f"The rank correlation of two seeds is {across(rows, BOTH, 'agreement')} on average "
        f"(without a penalty {across(rows, NEITHER, 'agreement')}), and they have "
        f"{across(rows, BOTH, 'shared')} of the first inputs in common."
    )


def strengths(rows: Rows) -> str:
    told = dict.fromkeys(row["strength"] for row in rows if row["condition"] == BOTH.name)
    return "; ".join(
        f"times {strength:g}: {across(rows, BOTH, 'silent', strength)} silent, accuracy "
        f"{across(rows, BOTH, 'accuracy', strength)}"
        for strength in sorted(told)
    )


SHOWN: dict[str, Callable[[Any], str]] = {
    "epochs_to_silence": lambda values: number(values, ".0f"),
    "average_precision": lambda values: number(values, ".3f"),
    "average_precision_of_eigenvalues": lambda values: number(values, ".3f"),
    "agreement": lambda values: number([values], ".2f"),
    "shared": lambda values: percent([values]),
}
"""How a value of a row is said; others are shares."""


def across(rows: Rows, condition: Condition, key: str, strength: float = 1.0) -> str:
    """The mean of a value over the seeds, on one data set after the other; where it is told."""
    return " / ".join(
        SHOWN.get(key, percent)(row[key])
        for row in rows
        if row["condition"] == condition.name and row["strength"] == strength
    )


def benchmark_ranks(networks: Rows) -> str:
    """The average precision of one training by condition, at every number of inputs."""
    frame = pd.DataFrame(networks)
    frame = frame[frame["strength"] == 1]

    def of(condition: Condition, key: str = "average_precision") -> str:
        own = frame[frame["condition"] == condition.name]
        return " / ".join(f"{each:.2f}" for each in own.groupby("inputs")[key].mean())

    inputs = " / ".join(str(each) for each in sorted(frame["inputs"].unique()))
    return (
        f"With {inputs} inputs the average precision of one training is {of(BOTH)} with L2 on both "
        f"({of(BOTH, 'average_precision_of_eigenvalues')} by |λ| alone), {of(EIGENVALUES)} on λ, "
        f"{of(EIGENVECTORS)} on ψ, {of(GROUP_LASSO)} with a plain layer and the group lasso, "
        f"{of(PROXIMAL)} by proximal steps, {of(NEITHER)} without a penalty and {of(PLAIN)} by ‖w‖ "
        f"of a plain layer without one."
    )


def parts_of_selector(selectors: Rows) -> str:
    """What best-k and the wrong columns come to without each part, over sets and inputs."""
    frame = pd.DataFrame(selectors)
    means = frame.groupby("left_out", sort=False).agg(
        best_k=("best_k", "mean"), wrong=("wrong", "mean")
    )
    whole = means.loc[WHOLE]
    parts = means.drop(index=WHOLE).sort_values("best_k")
    listed = ", ".join(
        f"without {name} {each.best_k:.2f} ({each.wrong:.1f})" for name, each in parts.iterrows()
    )
    return (
        f"Best-k is {whole.best_k:.2f} with all of it, and {whole.wrong:.1f} wrong columns are "
        f"selected of a table; {listed}."
    )
