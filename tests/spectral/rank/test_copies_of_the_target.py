"""A column is a copy of the target if no row says otherwise, but not for being close to it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from spectral.rank.examination import examine
from spectral.rank.wishes import TableError, Wishes

ROWS = 200
RNG = np.random.default_rng(0)
X = RNG.normal(size=ROWS)
Y = RNG.normal(size=ROWS)
CELSIUS = RNG.normal(15, 8, ROWS).round(1)
FAHRENHEIT = (CELSIUS * 9 / 5 + 32).round(1)
START = pd.Series(RNG.integers(0, 365 * 24 * 60, ROWS) * 60 + 1_600_000_000)
OUTLIER = np.arange(ROWS) == 3


@pytest.mark.parametrize(
    ("column", "target"),
    [
        (2.54 * Y, Y),
        ((2.54 * Y).astype(np.float32), Y),
        (np.where(OUTLIER, -999999, Y) * 2.54, np.where(OUTLIER, -999999, Y)),
        (FAHRENHEIT, CELSIUS),
        (CELSIUS, FAHRENHEIT),
        (((FAHRENHEIT - 32) * 5 / 9).round(1), FAHRENHEIT),
        (np.where(OUTLIER, np.nan, 2.54 * Y), Y),
        (pd.Series(Y > 0).mask(OUTLIER), np.where(Y > 0, "yes", "no")),
        (pd.Series(np.where(Y > 0, "a", "b")).mask(OUTLIER), np.where(Y > 0, "yes", "no")),
    ],
    ids=[
        "inches",
        "single",
        "outlier",
        "F",
        "C",
        "C from F",
        "a number lacks",
        "a bool lacks",
        "text lacks",
    ],
)
def test_a_copy_is_seen_though_it_is_rounded_or_lacks_values(column: Any, target: Any) -> None:
    frame = pd.DataFrame({"column": column, "x": X, "y": target})
    with pytest.raises(TableError, match="'column' says the same as the target 'y' in every row"):
        examine(frame, Wishes("y", impute=True))


@pytest.mark.parametrize(
    ("column", "target"),
    [
        (np.where(OUTLIER, -999999, X), np.where(OUTLIER, -999999, Y)),
        (START, START + RNG.integers(60, 3600, ROWS)),
        (np.tile(START[:25], 8), np.tile(START[:25] + RNG.integers(60, 3600, 25), 8)),
        (pd.to_datetime(START, unit="s"), START + RNG.integers(60, 3600, ROWS)),
        (1e12 + X, 1e12 + Y),
        (RNG.integers(0, 50, ROWS), RNG.integers(0, 50, ROWS)),
        (Y**2, Y),
        (np.where(np.arange(ROWS) < 5, Y, np.nan), Y),
    ],
    ids=["outlier", "moments", "few moments", "dates", "offset", "counts", "square", "few rows"],
)
def test_what_follows_the_target_closely_is_no_copy(column: Any, target: Any) -> None:
    frame = pd.DataFrame({"column": column, "x": X, "y": target})
    assert "column" in examine(frame, Wishes("y", impute=True)).inputs
