"""What a judgement can come to, and the exit code that says it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """``OPEN`` where there are too few seeds to tell."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


EXIT_CODES = {Outcome.HOLDS: 0, Outcome.FAILS: 1, Outcome.OPEN: 2}


def overall(outcomes: Iterable[Outcome]) -> Outcome:
    """What judgements come to together: one that fails outweighs all, one that is open the rest.

    Examples
    --------
    >>> overall([Outcome.HOLDS, Outcome.OPEN, Outcome.HOLDS]).value
    'open'
    """
    found = set(outcomes)
    return next((each for each in (Outcome.FAILS, Outcome.OPEN) if each in found), Outcome.HOLDS)
