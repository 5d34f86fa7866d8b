"""A drawn figure with its words, as a page shows it."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.figure import Figure


class Picture(NamedTuple):
    """A figure that shows stored results, and not a training.

    Attributes
    ----------
    name : str
        Of its files.
    title, caption : str
        What stands above and below it.
    alt : str
        What it shows, for those who cannot see it.
    figure : matplotlib.figure.Figure
        The figure.
    """

    name: str
    title: str
    caption: str
    alt: str
    figure: Figure
