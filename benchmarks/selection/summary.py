"""What is committed of the comparison: measures by table and method, and tests of differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.selection.compared_tables import ComparedTable
from benchmarks.selection.kept_results import Result
from benchmarks.selection.significance import corrected, paired_p, signed_rank_p
from reproduce.comparison.comparison_measures import OURS
from reproduce.comparison.comparison_results import ALL_TABLES

TESTED = ("precision", "correlation", "masked_area", "retrained_area")
MEASURES = (*TESTED, "seeds", "halves", "seconds", "memory")
CURVES = ("masked", "retrained")
DIGITS = 5
"""Of numbers that are written down."""

Cells = Mapping[str, Mapping[str, Any]]


def summarised(
    results: Mapping[tuple[str, str, int], Result], tables: Mapping[str, ComparedTable]
) -> dict[str, Any]:
    """Measures and tests by table and method, of results by table, method and repetition."""
    cells: dict[str, dict[str, Any]] = {table: {} for table, _, _ in results}
    described: dict[str, dict[str, Any]] = {}
    failed: dict[str, dict[str, str]] = {}
    for table, method in dict.fromkeys((table, method) for table, method, _ in results):
        all_of_it = [result for key, result in results.items() if key[:2] == (table, method)]
        reasons = [result["failed"] for result in all_of_it if "failed" in result]
        if reasons:
            failed.setdefault(table, {})[method] = reasons[0]
            continue
        cells[table][method] = over_repetitions(all_of_it)
        described[table] = {
            "task": tables[table].task,
            "anew": tables[table].anew,
            "rows": all_of_it[0]["rows"],
            "kept": all_of_it[0]["kept"],
        }
    tests = {measure: tested(measure, cells, described) for measure in TESTED}
    return {"tables": described, "results": cells, "failed": failed, "tests": tests}


def over_repetitions(results: Sequence[Result]) -> dict[str, Any]:
    """The numbers of each repetition in which they were measured, and the mean curves.

    Where a measure was taken in none, it is None.
    """
    numbers: dict[str, list[float | None]] = {
        measure: [rounded(result[measure]) for result in results if measure in result] or [None]
        for measure in MEASURES
    }
    curves = {
        curve: [rounded(value) for value in np.mean([each[curve] for each in results], axis=0)]
        for curve in CURVES
    }
    return numbers | curves


def rounded(value: float | None) -> float | None:
    """To five digits."""
    return None if value is None else float(f"{value:.{DIGITS}g}")


def tested(
    measure: str, cells: Cells, described: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """This package's method against each other, in each table and over all of them.

    Returns
    -------
    dict
        By method, and in it by table or ``"all tables"``: the ``difference`` of the means, and the
        ``p``, corrected for the number of tests in tables or of those over all; None where it
        cannot be told.
    """
    pairs = paired(measure, cells)
    in_tables = {
        (method, table): paired_p(ours, theirs, described[table]["anew"])
        for (method, table), (ours, theirs) in pairs.items()
        if len(ours) > 1
    }
    means = {key: (np.mean(ours), np.mean(theirs)) for key, (ours, theirs) in pairs.items()}
    by_method = {
        method: [pair for key, pair in means.items() if key[0] == method]
        for method in dict.fromkeys(method for method, _ in means)
    }
    over_tables = {
        (method, ALL_TABLES): signed_rank_p(*zip(*of_method, strict=True))
        for method, of_method in by_method.items()
    }
    p = corrected(in_tables) | corrected(over_tables)
    found: dict[str, dict[str, Any]] = {}
    for (method, table), pair in [
        *means.items(),
        *(
            ((method, ALL_TABLES), np.mean(of_method, axis=0))
            for method, of_method in by_method.items()
        ),
    ]:
        found.setdefault(method, {})[table] = {
            "difference": rounded(float(pair[0] - pair[1])),
            "p": rounded(p.get((method, table))),
        }
    return found


def paired(measure: str, cells: Cells) -> dict[tuple[str, str], tuple[list[float], list[float]]]:
    """By method and table: this package's numbers beside those of the method, where both are."""
    pairs = {}
    for table, of_table in cells.items():
        ours = of_table.get(OURS, {}).get(measure, [None])
        for method, numbers in of_table.items():
            theirs = numbers[measure]
            if method != OURS and None not in ours and None not in theirs:
                pairs[method, table] = (ours, theirs)
    return pairs
