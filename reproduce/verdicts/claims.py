"""The statements of the paper, each as a measured value with its threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reproduce.verdicts.claim_values import (
    Values,
    accuracy_lost,
    brighter,
    distance_from_center,
    highest_mode,
    largest_difference_in_pair,
    largest_irrelevant,
    largest_noise,
    lowest_full_accuracy,
    pearson,
    pixels_of_the_rise,
    random_accuracy,
    smallest_relevant,
    smallest_share_near_zero,
    smallest_step_between_pairs,
    spearman,
)


@dataclass(frozen=True)
class Claim:
    """One statement about one figure: ``measure(values)`` must stand in ``relation`` to
    ``threshold``."""

    figure: str
    paper: str
    """What the paper says, in our words."""

    statement: str
    """What is measured."""

    measure: Callable[[Values], float]
    relation: str
    threshold: float
    unit: Literal["%", "points", ""] = "%"
    """Shares are shown in percent, differences of shares in percentage points."""

    decimals: int = 0
    """Of the value as it is shown: the last of them is of the order of the spread between draws
    of ten seeds."""

    seeds: int = 10
    """From how many seeds on it holds in 999 of 1000 draws, where it is true."""

    @property
    def condition(self) -> str:
        """What the value has to be, such as "at most 2 %"."""
        return f"{self.relation} {self._scale * self.threshold:g} {self.unit}".strip()

    def show(self, value: float | None) -> str:
        """A value as a reader sees it; never rounded onto the threshold that it is not."""
        if value is None:
            return "cannot be computed"
        number, threshold = self._scale * value, self._scale * self.threshold
        decimals = self.decimals
        while round(number, decimals) == threshold != number:
            decimals += 1
        return f"{number:.{decimals}f} {self.unit}".strip()

    @property
    def _scale(self) -> int:
        return 100 if self.unit else 1


CLAIMS = (
    Claim(
        "figure1",
        "eigenvalues of irrelevant inputs are zero",
        "largest irrelevant eigenvalue, of the largest",
        largest_irrelevant,
        "at most",
        0.02,
        decimals=1,
        seeds=6,
    ),
    Claim(
        "figure1",
        "those of relevant inputs are not",
        "smallest relevant eigenvalue, of the largest",
        smallest_relevant,
        "above",
        0.05,
        seeds=1,
    ),
    Claim(
        "figure1",
        "their size grows with the distance of the class means",
        "Pearson correlation with the distance",
        pearson("distance"),
        "at least",
        0.95,
        unit="",
        decimals=3,
        seeds=4,
    ),
    Claim(
        "figure1",
        "as above, by rank",
        "Spearman correlation with the distance (0.954 in perfect order: nine are 0)",
        spearman("distance"),
        "at least",
        0.9,
        unit="",
        decimals=3,
        seeds=1,
    ),
    Claim(
        "figure2",
        "the two of a pair get the same eigenvalue",
        "largest difference within a pair, of the larger one",
        largest_difference_in_pair,
        "at most",
        0.1,
        decimals=0,
        seeds=4,
    ),
    Claim(
        "figure2",
        "irrelevant inputs get zero",
        "largest irrelevant eigenvalue, of the largest",
        largest_noise,
        "at most",
        0.01,
        decimals=2,
        seeds=1,
    ),
    Claim(
        "figure2",
        "the more informative the pair, the larger",
        "smallest step up from pair to pair with p, of the largest",
        smallest_step_between_pairs,
        "above",
        0.0,
        seeds=1,
    ),
    Claim(
        "figure2",
        "in proportion to p",
        "Pearson correlation with p",
        pearson("p"),
        "at least",
        0.97,
        unit="",
        decimals=3,
        seeds=1,
    ),
    Claim(
        "figure3",
        "accuracy above 99 %",
        "test accuracy, worst seed",
        lowest_full_accuracy,
        "above",
        0.99,
        decimals=2,
        seeds=1,
    ),
    Claim(
        "figure3",
        "20 pixels come close to all 784",
        "accuracy lost with 20 pixels",
        accuracy_lost(20),
        "at most",
        0.02,
        unit="points",
        decimals=1,
        seeds=5,
    ),
    Claim(
        "figure3",
        "random pixels do not",
        "accuracy with 20 random pixels",
        random_accuracy,
        "at most",
        0.75,
        seeds=7,
    ),
    Claim(
        "figure3",
        "the rise is sharp",
        "pixels from 10 % to 99 % of the rise from one pixel to all",
        pixels_of_the_rise,
        "at most",
        35,
        unit="",
        seeds=2,
    ),
    Claim(
        "figure4",
        "a “one” lights up some of the 20 pixels",
        "pixels of the 20 brighter in ones",
        brighter(in_ones=True),
        "at least",
        1,
        unit="",
        seeds=1,
    ),
    Claim(
        "figure4",
        "a “zero” lights up others",
        "pixels of the 20 brighter in zeros",
        brighter(in_ones=False),
        "at least",
        1,
        unit="",
        seeds=1,
    ),
    Claim(
        "figure4",
        "those of the ones are in the centre",
        "distance from the centre, ones over zeros",
        distance_from_center,
        "below",
        1,
        unit="",
        decimals=2,
        seeds=1,
    ),
    Claim(
        "figure7",
        "few eigenvalues are not zero",
        "eigenvalues below 5 % of the largest, worst seed",
        smallest_share_near_zero,
        "at least",
        0.75,
        seeds=1,
    ),
    Claim(
        "figure7",
        "the histogram peaks at zero",
        "start of the fullest bin, worst seed",
        highest_mode,
        "at most",
        0,
        unit="",
        decimals=2,
        seeds=1,
    ),
)
