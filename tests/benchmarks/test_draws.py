"""Other draws of the public tables: measured as the record is, and told as measured."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.selection.draws import DRAWS, INPUTS, best_k_of_draw
from benchmarks.selection.public_ranking import FOLDS, ON_PUBLIC_SETS, ranked
from benchmarks.selection.public_sets import RELEVANT

ROOT = Path(__file__).parents[2]


def test_the_first_draw_is_that_of_the_record() -> None:
    method = "mutual information"
    folds = [
        ranked(ON_PUBLIC_SETS[method], "ring+xor", 16, fold)["best_k"] for fold in range(FOLDS)
    ]
    assert best_k_of_draw(method, "ring+xor", 16, draw=0)["best_k"] == pytest.approx(np.mean(folds))
    assert best_k_of_draw(method, "ring+xor", 16, draw=1)["best_k"] != pytest.approx(np.mean(folds))


def test_the_page_tells_how_much_the_draws_scatter() -> None:
    methods = json.loads((ROOT / "figures/comparison/draws.json").read_text())["methods"]
    spreads, largest, within, means, published = [], [], [], [], []
    for method, draws in DRAWS.items():
        cells = [methods[method][name][str(inputs)] for name in RELEVANT for inputs in INPUTS]
        drawn = np.array([cell["drawn"] for cell in cells]).round(4)  # as it was published
        assert drawn.shape == (20, draws)
        known = np.array([cell["published"] for cell in cells])
        spreads.append(f"{drawn.std(axis=1, ddof=1).mean():.2f}")
        largest.append(f"{drawn.std(axis=1, ddof=1).max():.2f}")
        within.append(str(np.sum((drawn.min(axis=1) <= known) & (known <= drawn.max(axis=1)))))
        means.append(f"{drawn.mean():.2f}")
        published.append(f"{known.mean():.2f}")
    page = " ".join((ROOT / "docs/against-the-field.md").read_text().split())
    assert (
        f"a standard deviation of {' and '.join(spreads)} on average, and by up to "
        f"{' and '.join(largest)}."
    ) in page
    assert f"in {' and '.join(within)} of 20 cases" in page
    assert f"the means come to {' and '.join(means)} here" in page
    assert f"and to {' and '.join(published)} as published" in page
