"""The public benchmark's sets, built anew from their formulas.

A. Passemiers et al., A quantitative benchmark of neural network feature selection methods for
detecting nonlinear signals, Scientific Reports 14 (2024), 10.1038/s41598-024-82583-5. The numbers
that they published are in ``published.csv``. Nothing of the selector was chosen on these sets: see
``own_sets.py`` for those that it was developed on.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.selection.known_truth import KnownTruth, shuffled

ROWS = 1000
RELEVANT: Mapping[str, int] = {"ring": 2, "xor": 2, "ring+xor": 4, "ring+xor+sum": 6}
"""How many inputs decide; they are the first before the columns are shuffled."""


def public_set(name: str, inputs: int, seed: int = 0) -> KnownTruth:
    """One of the four sets, with so many inputs.

    Parameters
    ----------
    name : str
        One of ``RELEVANT``.
    inputs : int
        How many columns, at least as many as decide.
    seed : int, default=0
        Decides what is drawn.
    """
    random = np.random.default_rng([seed, inputs, list(RELEVANT).index(name)])
    x = random.uniform(size=(ROWS, inputs))
    u = x - 0.5
    radius = np.hypot(u[:, 0], u[:, 1])
    if name == "ring":
        classes = abs(radius - 0.35) <= 0.1151
    elif name == "xor":
        classes = -u[:, 0] * u[:, 1] >= 0
    elif name == "ring+xor":
        classes = (abs(radius - 0.35) <= 0.0704) | (-u[:, 2] * u[:, 3] >= 0.0337)
    else:
        total = x[:, 4] + x[:, 5] + random.normal(0, 0.2, ROWS)
        classes = abs(radius - 0.35) <= 0.0479
        classes |= (-u[:, 2] * u[:, 3] >= 0.0598) | (total >= 1.4074)
    return shuffled(name, 2 * x - 1, classes.astype(int), RELEVANT[name], random)
