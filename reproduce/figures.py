"""The seven figures of the paper."""

from __future__ import annotations

from collections.abc import Mapping

from reproduce import figure1, figure2, figure3, figure4, figure5, figure6, figure7
from reproduce.figure import MeasuredFigure

FIGURES: Mapping[str, MeasuredFigure] = {
    module.FIGURE.name: module.FIGURE
    for module in (figure1, figure2, figure3, figure4, figure5, figure6, figure7)
}
"""By name."""
