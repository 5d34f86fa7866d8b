"""The seven figures of the paper."""

from __future__ import annotations

from collections.abc import Mapping

from reproduce import figure1, figure2, figure3, figure4, figure5, figure6, figure7
from reproduce.figure import PaperFigure

FIGURES: Mapping[int, PaperFigure] = {
    module.FIGURE.number: module.FIGURE
    for module in (figure1, figure2, figure3, figure4, figure5, figure6, figure7)
}
"""By number."""
