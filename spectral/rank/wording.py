"""Numbers of things and names of columns, as sentences tell them."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 5
"""Columns named in a sentence about several."""


def counted(number: int, thing: str, ending: str = "s") -> str:
    """A number of things in words; ``ending`` makes several of one.

    Examples
    --------
    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2000 rows')
    """
    return f"{number} {thing}{'' if number == 1 else ending}"


def listed(names: Sequence[str], quote: bool = True) -> str:
    """Some names in words.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    "'a', 'b' and 'c'"
    """
    shown = [repr(name) if quote else name for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
