"""Size, fonts and colours of every figure, decided once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from spectral.running.files import replacing

mpl.use("Agg")  # figures are files: no display is needed

FORMATS = ("png", "pdf")

COLUMN_WIDTH = 4.2
"""Inches."""

BLUE, RED, GREY = "#1b4f8f", "#d6452f", "#8c8c8c"
"""Blue is the darkest, also in grey print and to the colour-blind; red and grey never meet."""

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


def save(figure: Figure, stem: Path) -> None:
    """Write a figure as PNG and PDF, the same bytes each time, and close it."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the layout is made: not once more for each format
    for suffix in FORMATS:
        metadata = {"CreationDate": None} if suffix == "pdf" else None
        drawn = io.BytesIO()  # matplotlib's own writing hides that a disk is full
        figure.savefig(drawn, format=suffix, metadata=metadata)
        with replacing(stem.with_name(f"{stem.name}.{suffix}")) as temporary:
            temporary.write_bytes(drawn.getvalue())
    plt.close(figure)


def picture(figure: Figure) -> bytes:
    """A figure as PNG for a page; it is closed.

    Of 256 colours, which nobody tells from the full number and which take a third of the bytes.
    """
    drawn, reduced = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    plt.close(figure)
    with Image.open(drawn) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
            reduced, format="png", optimize=True
        )
    return reduced.getvalue()


def panel(axes: Axes, letter: str) -> None:
    """Put "(a)" above the left edge, as the paper does."""
    axes.set_title(f"({letter})", fontweight="bold")
