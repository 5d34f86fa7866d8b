"""What there is to say of a table: the ranking, what it is worth, and where it comes from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from spectral.rank.wording import counted, is_or_are
from spectral.rank.worth import SIGNIFICANCE_OF_LEARNING, Scores
from spectral.selection.consensus import LARGEST_COPY


@dataclass(frozen=True)
class RankedInput:
    """One line of the ranking.

    Attributes
    ----------
    input : str
        A column, or the name of columns that belong together.
    relevance, spread : float
        Mean and standard deviation over the seeds, in units of the largest permuted copy's.
    selection_frequency : float
        The share of the seeds that select it.
    redundancy : float
        How much of it those tell already that a seed selects, in the mean over the seeds: 0 to 1.
    selected : bool
        Whether it is selected in the end.
    silent : bool
        Whether it is neither selected nor more relevant than the largest copy.
    """

    input: str
    relevance: float
    spread: float
    selection_frequency: float
    redundancy: float
    selected: bool
    silent: bool


@dataclass(frozen=True)
class Findings:
    """All that is printed and written of a table.

    Attributes
    ----------
    table, sha256 : str
        The name of the file, and the checksum of its bytes.
    rows, columns : int
        What it holds.
    target, task, told : str
        What is predicted, and how the task was found.
    ranking : tuple of RankedInput
        In the order of the ranking.
    scores : Scores
        What is predicted on the rows held out.
    left_out : dict of str to str
        Columns that are no inputs, and why.
    notes : tuple of str
        What a reader should know of the inputs.
    provenance : dict
        Settings, versions, time and place of the training.
    """

    table: str
    sha256: str
    rows: int
    columns: int
    target: str
    task: str
    told: str
    ranking: tuple[RankedInput, ...]
    scores: Scores
    left_out: dict[str, str]
    notes: tuple[str, ...]
    provenance: dict[str, Any]

    @property
    def selected(self) -> list[str]:
        """The inputs that are selected, in the order of the ranking."""
        return [each.input for each in self.ranking if each.selected]

    @property
    def silent(self) -> list[str]:
        """The inputs that are silent."""
        return [each.input for each in self.ranking if each.silent]

    def as_json(self) -> dict[str, Any]:
        """Plain values under the names above, and whether the network has learnt anything."""
        return asdict(self) | {"learnt": self.scores.network_has_learnt}

    def verdict(self) -> str:
        """Whether the ranking means anything, in a sentence or two."""
        number = len(self.selected)
        if not self.scores.network_has_learnt:
            return (
                "The network has learnt nothing: on the rows held out it predicts no better than "
                f"chance (p = {self.scores.p_value:.2g}, above {SIGNIFICANCE_OF_LEARNING}). So the "
                "ranking means nothing."
            )
        if not number:
            return (
                "No input is selected: none is reliably more relevant than inputs that cannot "
                "matter."
            )
        return f"{number} of {counted(len(self.ranking), 'input')} {is_or_are(number)} selected."

    def predictions(self) -> list[tuple[str, float]]:
        """Who predicts the rows held out, and its score."""
        scores = self.scores
        told = [("network, all inputs", scores.all_inputs)]
        if scores.selected_inputs is not None:
            told.append(
                (
                    f"network, {counted(len(self.selected), 'selected input')}",
                    scores.selected_inputs,
                )
            )
        return [*told, ("linear model, all inputs", scores.linear_model), ("chance", scores.chance)]

    def shown(self, score: float) -> str:
        """A score as text: accuracy in percent, R² as a number."""
        return f"{score:.1%}" if self.task == "classification" else f"{score:z.3f}"


def ranked(
    names: list[str],
    importances: np.ndarray,
    order: np.ndarray,
    selected: np.ndarray,
    selection_frequency: np.ndarray,
    redundancy: np.ndarray,
) -> tuple[RankedInput, ...]:
    """The lines of a ranking.

    Parameters
    ----------
    names : list of str
        The inputs.
    importances : numpy.ndarray
        ``(seeds, inputs)``.
    order : numpy.ndarray
        ``(inputs,)``, their indices, in the order of the ranking.
    selected, selection_frequency, redundancy : numpy.ndarray
        ``(inputs,)``.

    Examples
    --------
    >>> lines = ranked(
    ...     ["a", "b"], np.array([[0.0, 2.0]]), np.array([1, 0]), np.array([False, True]),
    ...     np.array([0.0, 1.0]), np.array([0.0, 1.0]),
    ... )
    >>> [(line.input, line.relevance, line.silent) for line in lines]
    [('b', 2.0, False), ('a', 0.0, True)]
    """
    relevance, spread = importances.mean(axis=0), importances.std(axis=0)
    silent = (relevance <= LARGEST_COPY) & ~selected
    return tuple(
        RankedInput(
            names[place],
            float(relevance[place]),
            float(spread[place]),
            float(selection_frequency[place]),
            float(redundancy[place]),
            bool(selected[place]),
            bool(silent[place]),
        )
        for place in order
    )
