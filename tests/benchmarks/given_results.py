"""Results that are given, not measured, for tests of what is made of them."""

from typing import Any

from benchmarks.selection.summary import MEASURES


def result_of(precision: float) -> dict[str, Any]:
    """What a comparison gives, with one number of interest."""
    numbers = dict.fromkeys(MEASURES, 0.5) | {"precision": precision}
    curves: dict[str, Any] = {"kept": [1, 2], "masked": [0.1, 0.2], "retrained": [0.3, 0.4]}
    return {"rows": 9} | numbers | curves
