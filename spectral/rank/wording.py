"""Numbers of things and names of columns, as sentences tell them."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 5
"""Columns that a sentence about several names, where nothing else is said."""


def counted(number: int, thing: str, ending: str = "s") -> str:
    """A number of things in words; ``ending`` makes several of one.

    Examples
    --------
    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2000 rows')
    """
    return f"{number} {thing}{'' if number == 1 else ending}"


def listed(names: Sequence[str], quote: bool = True, most: int = NAMED) -> str:
    """Some names in words.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    "'a', 'b' and 'c'"
    """
    shown = [repr(name) if quote else name for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"
