"""The colours of the figures differ in print, in grey, and to the colour-blind."""

from itertools import product

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from reproduce.figure4 import PALE_BLUE
from spectral.appearance.style import BLUE, GREY, RED

MATRICES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Of linear RGB: Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput. Graph. 15 (2009)."""

TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""Of linear sRGB, white point D65."""

TOGETHER = [(BLUE, RED), (BLUE, GREY)]
"""Lines and marks that one figure tells apart."""


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def seen(colour: str, sight: str) -> np.ndarray:
    """Linear RGB as someone sees it."""
    if sight == "usual":
        return linear(colour)
    if sight == "grey":
        return np.repeat(TO_XYZ[1] @ linear(colour), 3)
    return np.clip(np.array(MATRICES[sight]) @ linear(colour), 0, 1)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB: differences of 2 are just seen."""
    xyz = TO_XYZ @ rgb / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", ["usual", "grey", *MATRICES])
@pytest.mark.parametrize("pair", TOGETHER)
def test_colours_of_one_figure_differ(pair: tuple[str, str], sight: str) -> None:
    first, second = (lab(seen(colour, sight)) for colour in pair)
    assert np.linalg.norm(first - second) > 15


@pytest.mark.parametrize("colour", [BLUE, RED, GREY])
def test_every_colour_stands_out_from_paper(colour: str) -> None:
    """A contrast of 3, as WCAG 2.1 asks for graphics."""
    assert 1.05 / (TO_XYZ[1] @ linear(colour) + 0.05) > 3


@pytest.mark.parametrize(
    ("sight", "mark"), product(["usual", "grey", *MATRICES], ["black", "white", RED])
)
def test_what_is_hidden_is_told_from_what_is_drawn_on_it(sight: str, mark: str) -> None:
    ground, drawn = (lab(seen(colour, sight)) for colour in (PALE_BLUE, mark))
    assert np.linalg.norm(ground - drawn) > 10


def test_the_colours_that_were_fail() -> None:
    """The measure tells: in grey the first blue of this package was like its grey."""
    before, grey = (lab(seen(colour, "grey")) for colour in ("#3b7dbf", GREY))
    assert np.linalg.norm(before - grey) < 10
