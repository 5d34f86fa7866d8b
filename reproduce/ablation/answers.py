"""What the ablation says: a question, and a sentence with its numbers.

Numbers with strokes between them are those of the data sets, in the order of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
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

TrialRows = Sequence[dict[str, Any]]
BenchmarkNumbers = dict[str, Any]

WITH_ALL_PARTS = "nothing"
"""What is left out of the selector as it is."""


@dataclass(frozen=True)
class Answer:
    """A question, and what the results say to it; None where they do not."""

    question: str
    sentence: str | None


def answers_of_penalties(rows: TrialRows) -> list[Answer]:
    """What the paper's data sets tell."""
    return [
        Answer("Does the paper's own penalty silence inputs?", silence(rows)),
        Answer("Is the spectral parametrisation more than a group lasso?", more_than_lasso(rows)),
        Answer("Is the eigenvalue alone enough?", eigenvalue_alone(rows)),
        Answer("Do the seeds agree?", agreement_of_seeds(rows)),
    ]


def answers_of_benchmark(values: BenchmarkNumbers | None) -> list[Answer]:
    """What the public benchmark tells; nothing where its part is missing."""
    return [
        Answer(
            "How do the penalties rank on the public benchmark?",
            benchmark_ranks(values["networks"]) if values else None,
        ),
        Answer(
            "Which part of the selector does the work?",
            parts_of_selector(values["selectors"]) if values else None,
        ),
    ]


def silence(rows: TrialRows) -> str:
    return (
        f"Of the irrelevant inputs (of MNIST: of the pixels that vary) it brings "
        f"{across(rows, BOTH, 'silent')} to a thousandth of the largest or less; on λ alone "
        f"{across(rows, EIGENVALUES, 'silent')}, on ψ alone "
        f"{across(rows, EIGENVECTORS, 'silent')}, without it {across(rows, NEITHER, 'silent')}."
    )


def more_than_lasso(rows: TrialRows) -> str:
    def told(key: str) -> str:
        return (
            f"{across(rows, BOTH, key)}, with the group lasso {across(rows, GROUP_LASSO, key)} in "
            f"the loss and {across(rows, PROXIMAL, key)} by proximal steps"
        )

    return (
        f"Against a plain layer with a group lasso of the same strength, silent: {told('silent')}. "
        f"The largest that should be silent, over the largest of all: {told('loudest')}. Test "
        f"accuracy: {told('accuracy')}. The two penalties are the same only where |λ| and ‖ψ‖ are "
        f"balanced: at the end that on λ and ψ is {across(rows, BOTH, 'slack')} times the group "
        f"lasso of the same weights."
    )


def eigenvalue_alone(rows: TrialRows) -> str:
    def told(key: str) -> str:
        return (
            f"{across(rows, BOTH, f'{key}_of_eigenvalues')} by |λ|, {across(rows, BOTH, key)} by "
            f"|λ|·‖ψ‖, {across(rows, PLAIN, key)} by ‖w‖ of a plain layer without a penalty"
        )

    return (
        f"Average precision: {told('average_precision')}; rank correlation with the true "
        f"relevance: {told('rank_correlation')}; test accuracy with the first inputs alone: "
        f"{told('accuracy_of_first')}."
    )


def agreement_of_seeds(rows: TrialRows) -> str:
    return (
        f"The rank correlation of two seeds is {across(rows, BOTH, 'agreement')} on average "
        f"(without a penalty {across(rows, NEITHER, 'agreement')}), and they have "
        f"{across(rows, BOTH, 'shared')} of the first inputs in common."
    )


SHARES = (
    "silent",
    "loudest",
    "accuracy",
    "accuracy_of_first",
    "accuracy_of_first_of_eigenvalues",
    "shared",
)
"""What is said in percent."""

FORMS = {"slack": ".1f"}
"""How other numbers are said that have not three digits."""


def across(rows: TrialRows, condition: Condition, key: str) -> str:
    """The mean of a value over the seeds, on one data set after the other; a dash is untold."""
    own = [
        row[key] if isinstance(row[key], list) else [row[key]]
        for row in rows
        if row["condition"] == condition.name and row["strength"] == 1
    ]
    if key in SHARES:
        return " / ".join(percent(values) for values in own)
    form = FORMS.get(key, ".3f")
    return " / ".join(number(values, form) for values in own)


def benchmark_ranks(networks: TrialRows) -> str:
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


def parts_of_selector(selectors: TrialRows) -> str:
    """What best-k and the wrong columns come to without each part, over sets and inputs."""
    frame = pd.DataFrame(selectors)
    means = frame.groupby("left_out", sort=False).agg(
        best_k=("best_k", "mean"), wrong=("wrong", "mean")
    )
    whole = means.loc[WITH_ALL_PARTS]
    parts = means.drop(index=WITH_ALL_PARTS).sort_values("best_k")
    listed = ", ".join(
        f"without {name} {each.best_k:.2f} ({each.wrong:.1f})" for name, each in parts.iterrows()
    )
    return (
        f"With all of it best-k is {whole.best_k:.2f}, and {whole.wrong:.1f} wrong columns a table "
        f"are selected (in brackets below); {listed}."
    )
