"""How the seeds behind some figures were trained, in short: for files that keep their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def training_provenance(contents: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """When and how the seeds were trained, by which code, on which data.

    Parameters
    ----------
    contents : mapping of str to mapping
        The JSON of figures by name; each says how its own experiment was trained.

    Returns
    -------
    provenance : dict of str to dict
        By experiment: its ``schedule``; of ``trained`` the first time and the last; and of all else
        each value that occurs.

    Raises
    ------
    ValueError
        If two figures of an experiment were trained with different schedules.
    """
    told: dict[str, dict[str, Any]] = {}
    for content in contents.values():
        configuration = content["provenance"]["configuration"]
        records = [record["provenance"] for record in content["provenance"]["seeds"]]
        trained = sorted(record["trained"] for record in records)
        experiment, schedule = configuration["experiment"], configuration["schedule"]
        if told.get(experiment, {}).get("schedule", schedule) != schedule:
            raise ValueError(f"the figures of {experiment} are of runs with different schedules")
        told[experiment] = {
            "schedule": schedule,
            "trained": [trained[0], trained[-1]],
            "devices": each_of(record["device"] for record in records),
            "versions": each_of(record["versions"] for record in records),
            "code_sha256": each_of(record.get("code_sha256") for record in records),
            "data_sha256": each_of(record["data_sha256"] for record in records),
        }
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
