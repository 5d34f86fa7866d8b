"""What the ablation says: a question, a sentence, and a table with the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reproduce.ablation.ablation_tables import DATA_SETS, mean_of_known, number, percent
from reproduce.ablation.conditions import (
    BOTH,
    CONDITIONS,
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

TWO_SEEDS = "train two seeds at least"
BENCHMARK_FIRST = "run `python -m benchmarks.selection.ablation` first"
"""What is needed for an answer."""
WITH_ALL_PARTS = "nothing"
"""What is left out of the selector as it is."""
MOST = 0.5
"""From this share or correlation on, it is said that most are silent, that seeds agree."""
LITTLE, MUCH = 0.01, 0.1
"""A shortfall of a correlation, a precision or an accuracy that counts as none, or as a failure."""
RANKED = {
    "average_precision": "average precision",
    "rank_correlation": "rank correlation with the true relevance",
    "accuracy_of_first": "test accuracy with the first inputs alone",
}
"""What tells how good a ranking is."""


@dataclass(frozen=True)
class Numbers:
    """A table: the headings of its columns, and lines of a label and a cell for each."""

    columns: Sequence[str]
    lines: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Answer:
    """A question, and what the results say to it; or what is needed so that they do."""

    question: str
    sentence: str | None = None
    numbers: Numbers | None = None
    needs: str = ""


def answers_of_penalties(rows: TrialRows) -> list[Answer]:
    """What the paper's data sets tell."""
    seeds = "Do the seeds agree?"
    several = known(rows, BOTH, "agreement")
    return [
        Answer("Does the paper's own penalty silence inputs?", *silence(rows)),
        Answer("Is the spectral parametrisation more than a group lasso?", *more_than_lasso(rows)),
        Answer("Is the eigenvalue alone enough?", *eigenvalue_alone(rows)),
        Answer(seeds, *agreement_of_seeds(rows)) if several else Answer(seeds, needs=TWO_SEEDS),
    ]


def answers_of_benchmark(values: BenchmarkNumbers | None) -> list[Answer]:
    """What the public benchmark tells; nothing where its part is missing."""
    ranks = "How do the penalties rank on the public benchmark?"
    parts = "Which part of the selector does the work?"
    if values is None:
        return [Answer(question, needs=BENCHMARK_FIRST) for question in (ranks, parts)]
    return [
        Answer(ranks, *benchmark_ranks(values["networks"])),
        Answer(parts, *parts_of_selector(values["selectors"])),
    ]


def silence(rows: TrialRows) -> tuple[str, Numbers]:
    most = min(known(rows, BOTH, "silent")) >= MOST
    return (
        f"{'Yes' if most else 'Not on every data set'}: that of its notebooks, L2 on λ and ψ, "
        f"brings {span(rows, BOTH, 'silent')} of the irrelevant inputs (of MNIST: of the pixels "
        "that vary) to a thousandth of the largest or less. With L2 on λ alone, as the text of "
        f"the paper has it, {span(rows, EIGENVALUES, 'silent')} get there.",
        across(
            rows,
            [
                (f"silent: {each.title}", each, "silent")
                for each in (BOTH, EIGENVALUES, EIGENVECTORS, NEITHER)
            ],
        ),
    )


def more_than_lasso(rows: TrialRows) -> tuple[str, Numbers]:
    compared = BOTH, GROUP_LASSO, PROXIMAL
    ours, *lassos = (known(rows, each, "silent") for each in compared)
    more = all(len(lasso) == len(ours) and all(np.greater(ours, lasso)) for lasso in lassos)
    measured = {
        "silent": "silent",
        "loudest": "largest irrelevant one, as a share of the largest of all",
        "accuracy": "test accuracy",
    }
    return (
        f"{'Yes, as it is trained here' if more else 'Not on every data set'}: it silences "
        f"{span(rows, BOTH, 'silent')}, a plain layer with a group lasso of the same strength "
        f"{span(rows, GROUP_LASSO, 'silent')}, or {span(rows, PROXIMAL, 'silent')} by proximal "
        "steps. The two penalties are the same only where |λ| and ‖ψ‖ are balanced; at the end "
        f"that on λ and ψ is {span(rows, BOTH, 'slack')} times the group lasso of the same "
        "weights.",
        across(
            rows,
            [
                (f"{words}: {each.title}", each, key)
                for key, words in measured.items()
                for each in compared
            ],
        ),
    )


def eigenvalue_alone(rows: TrialRows) -> tuple[str, Numbers]:
    shortfalls = {
        f"{words} on {data_set_of(row)}": own - alone
        for key, words in RANKED.items()
        for row in of_condition(rows, BOTH)
        if (own := mean_of_known(row[key])) is not None
        and (alone := mean_of_known(row[f"{key}_of_eigenvalues"])) is not None
    }
    worst = max(shortfalls, key=lambda name: shortfalls[name], default="")
    short = max(shortfalls.get(worst, 0.0), 0.0)
    told_first = "Yes" if short < LITTLE else "Nearly" if short < MUCH else "No"
    return (
        f"{told_first}: a ranking by |λ| alone falls short of that by |λ|·‖ψ‖ by {short:.3f} at "
        f"most{f', in {worst}' if worst else ''}.",
        across(
            rows,
            [
                line
                for key, words in RANKED.items()
                for line in (
                    (f"{words}: by |λ|", BOTH, f"{key}_of_eigenvalues"),
                    (f"{words}: by |λ|·‖ψ‖", BOTH, key),
                    (f"{words}: by ‖w‖, plain layer, no penalty", PLAIN, key),
                )
            ],
        ),
    )


def agreement_of_seeds(rows: TrialRows) -> tuple[str, Numbers]:
    agree = min(known(rows, BOTH, "agreement")) >= MOST
    return (
        f"{'Yes' if agree else 'Not on every data set'}: the rank correlation of two seeds is "
        f"{span(rows, BOTH, 'agreement')}, and they have {span(rows, BOTH, 'shared')} of the "
        "first inputs in common.",
        across(
            rows,
            [
                ("rank correlation of two seeds", BOTH, "agreement"),
                ("the same without a penalty", NEITHER, "agreement"),
                ("first inputs in common", BOTH, "shared"),
            ],
        ),
    )


SHARES = ("silent", "loudest", "shared")
"""What is said in percent, beside every accuracy."""
FORMS = {"slack": ".1f"}
"""How other numbers are said that have not three digits."""


def of_condition(rows: TrialRows, condition: Condition) -> list[dict[str, Any]]:
    """The rows of a condition at the paper's strength, one for each data set."""
    return [row for row in rows if row["condition"] == condition.name and row["strength"] == 1]


def data_set_of(row: dict[str, Any]) -> str:
    return DATA_SETS.get(row["data_set"], row["data_set"])


def means(rows: TrialRows, condition: Condition, key: str) -> list[float | None]:
    """The mean of a value over the seeds, on one data set after the other; None where untold."""
    values = [row[key] for row in of_condition(rows, condition)]
    return [mean_of_known(each if isinstance(each, list) else [each]) for each in values]


def known(rows: TrialRows, condition: Condition, key: str) -> list[float]:
    return [mean for mean in means(rows, condition, key) if mean is not None]


def told(value: float | None, key: str) -> str:
    """A mean in words: in percent, or with its digits; a dash is untold."""
    if key in SHARES or key.startswith("accuracy"):
        return percent([value])
    return number([value], FORMS.get(key, ".3f"))


def span(rows: TrialRows, condition: Condition, key: str) -> str:
    """The smallest and the largest mean of the data sets."""
    own = known(rows, condition, key)
    least, most = (told(pick(own, default=None), key) for pick in (min, max))
    return most if least == most else f"{least.removesuffix(' %')} to {most}"


def across(rows: TrialRows, lines: Sequence[tuple[str, Condition, str]]) -> Numbers:
    """A column for each data set; a line for each label, condition and value that has numbers."""
    data_sets = [*dict.fromkeys(map(data_set_of, rows))]
    cells = [(label, means(rows, condition, key), key) for label, condition, key in lines]
    return Numbers(
        data_sets,
        [(label, [told(mean, key) for mean in own]) for label, own, key in cells if own],
    )


def benchmark_ranks(networks: TrialRows) -> tuple[str, Numbers]:
    """The average precision of one training by condition, at every number of inputs."""
    frame = pd.DataFrame(networks)
    frame = frame[frame["strength"] == 1]
    table = frame.pivot_table("average_precision", "condition", "inputs")
    lines = {
        each.title: table.loc[each.name].tolist() for each in CONDITIONS if each.name in table.index
    }
    best = max(lines, key=lambda title: sum(lines[title]))
    by_eigenvalue = frame[frame["condition"] == BOTH.name].groupby("inputs")
    alone = by_eigenvalue["average_precision_of_eigenvalues"].mean()
    lines[f"{BOTH.title}, by |λ| alone"] = alone.tolist()
    inputs = [f"{each} inputs" for each in table.columns]
    reached = " and ".join(
        f"{value:.2f} with {each}" for value, each in zip(lines[best], inputs, strict=True)
    )
    return (
        f"Of one training, {best} ranks best: its average precision is {reached}.",
        Numbers(inputs, [(name, [f"{each:.2f}" for each in own]) for name, own in lines.items()]),
    )


def parts_of_selector(selectors: TrialRows) -> tuple[str, Numbers]:
    """What best-k and the wrong columns come to without each part, over sets and inputs."""
    frame = pd.DataFrame(selectors)
    found = frame.groupby("left_out", sort=False).agg(
        best_k=("best_k", "mean"), wrong=("wrong", "mean")
    )
    whole = found.loc[WITH_ALL_PARTS]
    parts = found.drop(index=WITH_ALL_PARTS).sort_values("best_k")
    worst, most = parts["best_k"].idxmin(), parts["wrong"].idxmax()
    lines = [("with all of it", whole)]
    lines += [(f"without {name}", part) for name, part in parts.iterrows()]
    return (
        f"With all of it best-k is {whole.best_k:.2f}, and {whole.wrong:.1f} wrong columns per "
        f"table are selected. Best-k falls most without {worst}, to {parts.best_k[worst]:.2f}; "
        f"wrong columns come most without {most}, {parts.wrong[most]:.1f} per table.",
        Numbers(
            ["best-k", "wrong columns per table"],
            [(name, [f"{each.best_k:.2f}", f"{each.wrong:.1f}"]) for name, each in lines],
        ),
    )
