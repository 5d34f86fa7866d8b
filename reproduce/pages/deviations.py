"""Where this package differs from the paper or from the authors' notebooks, or chose for itself."""

from __future__ import annotations

from typing import NamedTuple


class Deviation(NamedTuple):
    """What each of them says of one point; empty where it says nothing."""

    point: str
    paper: str
    notebooks: str
    here: str


DEVIATIONS = (
    Deviation(
        "rescaled eigenvalue",
        'formula lacks the square, words say "norm"',
        "λ (Σψ²)^½",
        "|λ| (Σψ²)^½",
    ),
    Deviation(
        "penalty",
        "L2 on λ",
        "L2 on λ and on ψ of the first layer",
        "as the notebooks",
    ),
    Deviation(
        "correlated Gaussians: deviation of the inputs",
        "N(0, 1)",
        "0.5",
        "1",
    ),
    Deviation(
        "the two noise inputs",
        '"N(1, 0)" in the text, N(0, 1) in eq. 3',
        "",
        "N(0, 1)",
    ),
    Deviation(
        "outputs for MNIST",
        "2",
        "10",
        "2",
    ),
    Deviation(
        "p of the four pairs",
        "not given",
        "0.7, 0.8, 0.4, 0.6",
        "as the notebooks",
    ),
    Deviation(
        "batch 500, activations, batch norm, dropout, penalties, sample numbers",
        "not given",
        "given",
        "as the notebooks",
    ),
    Deviation(
        '"10 independent realizations"',
        "",
        "one data set, ten networks",
        "as the notebooks",
    ),
    Deviation(
        "independent Gaussians: distances",
        "",
        "drawn from U(0, 1.4)",
        "drawn likewise, with a data seed that leaves none below 0.15 (see IndependentGaussians)",
    ),
    Deviation(
        "dropout",
        "",
        "exact probability 0.2",
        "0.199997: 16 random bits an element",
    ),
    Deviation(
        "batch norm's running variance",
        "",
        "Keras: biased",
        "torch: unbiased (batch of 500: 0.2 %)",
    ),
    Deviation(
        "tanh",
        "",
        "",
        "2 sigmoid(2x) - 1, the same to 1e-7, faster",
    ),
    Deviation(
        "quick preset",
        "",
        "",
        "fewer epochs, a rate that falls to zero in the last ones, 0.004 as learning rate on MNIST",
    ),
)
