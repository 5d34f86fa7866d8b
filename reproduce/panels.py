"""What several figures draw with."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from spectral.appearance import style

DOTS: dict[str, Any] = {
    "fmt": "o",
    "color": style.RED,
    "markersize": 3.5,
    "capsize": 2.5,
    "linewidth": 1.1,
}


def draw_bars(axes: Axes, values: dict[str, Any]) -> None:
    """Panel (a): a bar for each input, its mean as a dot and its standard deviation."""
    inputs = np.arange(len(values["mean"]))
    axes.bar(inputs, values["mean"], width=0.75, color=style.BLUE, alpha=0.4)
    axes.errorbar(inputs, values["mean"], values["std"], **DOTS)
    axes.set(xlabel="input", ylabel="eigenvalue", xticks=inputs, xlim=(-0.7, len(inputs) - 0.3))
    axes.set_ylim(bottom=0)
    style.panel(axes, "a")


def draw_against(axes: Axes, values: dict[str, Any], parameter: list[float]) -> None:
    """Panel (b): the same dots against what makes an input relevant."""
    axes.errorbar(parameter, values["mean"], values["std"], **DOTS)
    axes.set_ylabel("eigenvalue")
    axes.set_ylim(bottom=-0.03 * max(values["mean"]))
    style.panel(axes, "b")


def draw_classes(axes: Axes, values: dict[str, Any], component: int) -> None:
    """The densities of both classes; line styles tell them apart without colour."""
    for label, colour, line in ((0, style.RED, "-"), (1, style.BLUE, "--")):
        axes.stairs(
            values[f"class_{label}"][component],
            values["edges"],
            color=colour,
            linestyle=line,
            label=f"class {label}",
            linewidth=1.1,
        )
        axes.stairs(
            values[f"class_{label}"][component],
            values["edges"],
            color=colour,
            fill=True,
            alpha=0.2,
        )
