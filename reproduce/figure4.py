"""Figure 4: test images before and after the mask of the 20 most relevant pixels."""

from __future__ import annotations

if __name__ == "__main__":  # first of all: Ctrl-C is heard while the rest is imported
    from spectral.running.interruption import listen

    listen()

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Rectangle
from torch import Tensor

from reproduce import figure_schema
from reproduce.experiments import EXAMPLES, KEPT, MNIST_ZEROS_ONES
from reproduce.figure import MeasuredFigure, Values
from reproduce.measures import most_relevant_pixels
from reproduce.training.runs import Run
from spectral import normalised, ranking
from spectral.appearance import style
from spectral.datasets.mnist import SIDE, MNISTDigits


def measure(run: Run) -> dict[str, Any]:
    """The examples, the mask of the pixels, and how bright each pixel is in zeros and ones.

    ``seeds_brighter_in_ones`` (S) tells of each seed's own 20 pixels how many are brighter in
    ones.
    """
    return derived(normalised(run.classifier.relevance()), run.data)


def derived(relevance: Tensor, data: MNISTDigits) -> dict[str, Any]:
    """All values: they follow from the normalised relevance ``(S, 784)`` and the test images."""
    inputs, labels = data.test
    pixels = most_relevant_pixels(relevance)
    brightness = [inputs[labels == digit].mean(dim=0) for digit in (0, 1)]
    zeros, ones = (of_digit[pixels] for of_digit in brightness)
    brighter = brightness[1] > brightness[0]
    chosen = np.zeros(inputs.shape[1], dtype=int)
    chosen[pixels] = 1
    rows = {digit: iter((labels == digit).nonzero().flatten().tolist()) for digit in set(EXAMPLES)}
    return {
        "examples": [inputs[next(rows[digit])].double().tolist() for digit in EXAMPLES],
        "labels": list(EXAMPLES),
        "mask": chosen.tolist(),
        "center": pixels[ones > zeros].tolist(),
        "pixels": pixels.tolist(),
        "brightness_zeros": zeros.double().tolist(),
        "brightness_ones": ones.double().tolist(),
        "seeds_brighter_in_ones": brighter[ranking(relevance)[:, :KEPT]].sum(dim=1).tolist(),
    }


def follows(values: Mapping[str, Values]) -> Values:
    """All, from the relevance behind figure 7."""
    if "figure7" not in values:
        return {}
    relevance = torch.tensor(values["figure7"]["relevance"], dtype=torch.double)
    return derived(relevance, MNIST_ZEROS_ONES.make_data(seeds=[0]))


def draw(values: dict[str, Any]) -> Figure:
    """Above the images, below what the mask lets through; the cluster of the ones circled."""
    mask = np.array(values["mask"], dtype=bool)
    columns = len(values["examples"])
    figure, axes = plt.subplots(2, columns, figsize=(style.COLUMN_WIDTH, 2.75))
    for image, label, (above, below) in zip(
        values["examples"], values["labels"], axes.T, strict=True
    ):
        show_image(above, np.array(image))
        show_image(below, np.where(mask, image, np.nan))
        outline(below, np.flatnonzero(mask), "black")
        outline(below, np.array(values["center"]), style.RED)
        circle(below, values["center"])
        above.set_title(f"a {('zero', 'one')[label]}", loc="center")
    axes[0, 0].set_ylabel("image")
    axes[1, 0].set_ylabel("masked")
    figure.legend(handles=EXPLAINED, loc="outside lower center", ncols=2, fontsize=8)
    return figure


def show_image(axes: Axes, image: np.ndarray) -> None:
    """An image in grey; what is NaN, and not seen, is pale blue."""
    axes.imshow(image.reshape(SIDE, SIDE), cmap=GREY_ON_PALE_BLUE, vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])


def outline(axes: Axes, pixels: np.ndarray, colour: str) -> None:
    """Draw around some pixels: a grey one would not stand out from what is not seen."""
    for row, column in zip(*np.divmod(pixels, SIDE), strict=True):
        axes.add_patch(
            Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, color=colour, linewidth=0.6)
        )


def circle(axes: Axes, pixels: list[int]) -> None:
    """Circle the pixels that a "one" lights up."""
    if pixels:
        rows, columns = np.divmod(np.array(pixels), SIDE)
        middle = (np.median(columns), np.median(rows))
        radius = np.hypot(columns - middle[0], rows - middle[1]).max() + 1.5
        axes.add_patch(Circle(middle, radius, fill=False, color=style.RED, linewidth=1.4))


PALE_BLUE = "#d4e0ec"
GREY_ON_PALE_BLUE = plt.get_cmap("gray").with_extremes(bad=PALE_BLUE)
EXPLAINED = (
    Patch(color=PALE_BLUE, label="hidden: the network sees 0"),
    Line2D([], [], color=style.RED, marker="o", fillstyle="none", lw=0, label="brighter in ones"),
)


FIGURE = MeasuredFigure(
    name="figure4",
    number=4,
    title="test images before and after the mask of the 20 most relevant pixels",
    experiment=MNIST_ZEROS_ONES,
    schema=figure_schema.SCHEMAS["figure4"],
    caption=(
        "Test images as they are, and what the mask of the twenty most relevant pixels leaves of "
        "them: where it is pale blue the network sees zero, that is black. Outlined in red, and "
        "circled: the pixels that are brighter in ones than in zeros on the average of all test "
        "images."
    ),
    alt=(
        "Two handwritten zeros and two ones in the upper row. Below each the same twenty pixels "
        "of it: in the ones those in the circle are grey to white and nearly all others dark; "
        "in the zeros those in the circle are dark, and some around it are lit."
    ),
    measure=measure,
    draw=draw,
    follows=follows,
)

if __name__ == "__main__":
    from reproduce.making import figure_script

    figure_script(FIGURE)
