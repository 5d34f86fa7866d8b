"""How the claims stand, judged from the values behind the figures alone."""

from __future__ import annotations

import math
import operator
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reproduce.verdicts.claim_values import NotMeasurableError, Values
from reproduce.verdicts.claims import CLAIMS, Claim
from reproduce.verdicts.outcome import Outcome

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}


@dataclass(frozen=True)
class Verdict:
    """What a claim came to; ``value`` is None where it could not be computed."""

    claim: Claim
    value: float | None
    outcome: Outcome


def judge(claim: Claim, values: Values, seeds: int) -> Verdict:
    """Measure a claim by so many seeds; what cannot be computed has failed.

    Where it does not hold by fewer seeds than it needs, it is open: chance may have done it.
    """
    try:
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # the verdict tells
            value = float(claim.measure(values))
    except NotMeasurableError:
        value = math.nan
    if not math.isfinite(value):
        return Verdict(claim, None, Outcome.FAILS)
    if RELATIONS[claim.relation](value, claim.threshold):
        return Verdict(claim, value, Outcome.HOLDS)
    return Verdict(claim, value, Outcome.OPEN if seeds < claim.seeds else Outcome.FAILS)


def judge_all(contents: Mapping[str, Mapping[str, Any]]) -> list[Verdict]:
    """Every claim about the figures at hand, from their JSON by name."""
    return [
        judge(claim, contents[claim.figure]["values"], len(contents[claim.figure]["seeds"]))
        for claim in CLAIMS
        if claim.figure in contents
    ]
