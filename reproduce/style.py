"""Size, fonts and colours of every figure, decided once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes

mpl.use("Agg")  # figures are files: no display is needed

COLUMN_WIDTH = 4.2
"""Inches."""

BLUE, RED, GREY = "#3b7dbf", "#b2182b", "#8c8c8c"
"""Blue is the lighter of the two in grey print."""

SETTINGS: Any = {
    "axes.titlelocation": "left",
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


@contextmanager
def paper_style() -> Iterator[None]:
    """The style of the package, for as long as the block runs."""
    with sns.axes_style("ticks"), mpl.rc_context(SETTINGS):
        yield


def panel(axes: Axes, letter: str) -> None:
    """Put "(a)" above the left edge, as the paper does."""
    axes.set_title(f"({letter})", fontweight="bold")
