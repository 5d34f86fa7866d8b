"""How the seeds behind some numbers were trained, in short: for files and pages that tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def provenance_of_seeds(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the provenance of some seeds of one run comes to.

    Parameters
    ----------
    records : sequence of mapping
        The ``provenance`` in the record of each seed.

    Returns
    -------
    provenance : dict
        Of ``trained`` the first time and the last; how many ``groups`` trained side by side, and
        their ``seconds`` added up; of all else each value that occurs.
    """
    trained = sorted(record["trained"] for record in records)
    seconds = {tuple(record["trained_with_seeds"]): record["seconds"] for record in records}
    return {
        "trained": [trained[0], trained[-1]],
        "seconds": round(sum(seconds.values()), 1),
        "groups": len(seconds),
        "devices": each_of(record["device"] for record in records),
        "versions": each_of(record["versions"] for record in records),
        "code_sha256": each_of(record["code_sha256"] for record in records),
        "data_sha256": each_of(record["data_sha256"] for record in records),
    }


def provenance_of_figures(contents: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The schedule of each experiment behind some figures, and how its seeds were trained.

    Of figures that contradict each other, the last is believed.

    Parameters
    ----------
    contents : mapping of str to mapping
        The JSON of figures by name; each says how its own experiment was trained.

    Returns
    -------
    provenance : dict of str to dict
        By experiment: its ``schedule``, and :func:`provenance_of_seeds`.
    """
    told: dict[str, dict[str, Any]] = {}
    for content in contents.values():
        configuration = content["provenance"]["configuration"]
        records = [record["provenance"] for record in content["provenance"]["seeds"]]
        trained = {"schedule": configuration["schedule"]} | provenance_of_seeds(records)
        told[configuration["experiment"]] = trained
    return told


def each_of(values: Iterable[Any]) -> list[Any]:
    """Each value once, in the order in which they come.

    Examples
    --------
    >>> each_of([{"torch": "2"}, {"torch": "1"}, {"torch": "2"}])
    [{'torch': '2'}, {'torch': '1'}]
    """
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
