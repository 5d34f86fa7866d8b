"""From eigenvalues to a ranking of the inputs, to masks, to accuracy against inputs kept."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from spectral.layer import SpectralLinear


def input_relevance(network: nn.Module) -> Tensor:
    r"""The rescaled eigenvalues :math:`|\lambda_i| \, \lVert\psi_{\cdot i}\rVert_2` of the inputs.

    Read off the first spectral layer of ``network``: ``(N,)``, or ``(S, N)`` for an ensemble.
    Appendix A of the paper.

    Raises
    ------
    ValueError
        If the network has no spectral layer.

    Examples
    --------
    >>> model = nn.Sequential(SpectralLinear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> input_relevance(model).shape
    torch.Size([4])
    """
    for module in network.modules():
        if isinstance(module, SpectralLinear):
            return module.relevance()
    raise ValueError(f"{type(network).__name__} has no SpectralLinear to read the relevance from")


def normalised(relevance: Tensor) -> Tensor:
    """The relevance ``(..., N)`` divided by its largest value, seed by seed.

    Where all inputs are silent it stays zero.

    Examples
    --------
    >>> normalised(torch.tensor([1.0, 4.0, 0.0])).tolist()
    [0.25, 1.0, 0.0]
    """
    largest = relevance.amax(dim=-1, keepdim=True)
    return relevance / torch.where(largest > 0, largest, 1)


def ranking(relevance: Tensor) -> Tensor:
    """The inputs from the most to the least relevant: ``(..., N)`` indices.

    Ties keep the order of the inputs.

    Examples
    --------
    >>> ranking(torch.tensor([0.1, 0.9, 0.0, 0.9])).tolist()
    [1, 3, 0, 2]
    """
    return relevance.argsort(dim=-1, descending=True, stable=True)


def mask(order: Tensor, kept: int) -> Tensor:
    """True for the first ``kept`` inputs of ``order``: ``(..., N)``, boolean.

    Raises
    ------
    ValueError
        If ``kept`` is negative or above N.

    Examples
    --------
    >>> mask(torch.tensor([1, 3, 0, 2]), kept=2).tolist()
    [False, True, False, True]
    """
    inputs = order.shape[-1]
    if not 0 <= kept <= inputs:
        raise ValueError(f"kept is {kept}, but must be between 0 and the {inputs} inputs there are")
    chosen = torch.zeros_like(order, dtype=torch.bool)
    return chosen.scatter_(-1, order[..., :kept], True)


EVALUATION_BATCH = 256
"""Samples evaluated at a time; more would not fit a processor's cache."""


@torch.inference_mode()
def accuracy_by_inputs_kept(
    network: nn.Module, inputs: Tensor, labels: Tensor, order: Tensor, kept: Sequence[int]
) -> Tensor:
    """The accuracy of a trained network that sees only the first inputs of ``order``.

    The other inputs are set to zero; the network is not trained again (Fig. 3).

    Parameters
    ----------
    network
        One network, or an ensemble of S.
    inputs
        ``(B, N)``.
    labels
        ``(B,)``, the classes.
    order
        ``(N,)``, or ``(S, N)`` for an ensemble, such as :func:`ranking` gives it.
    kept
        K numbers of inputs to keep.

    Returns
    -------
    Tensor
        ``(K,)``, or ``(S, K)`` for an ensemble: the share of labels predicted.

    Examples
    --------
    >>> model = nn.Sequential(SpectralLinear(4, 2))
    >>> order = ranking(input_relevance(model))
    >>> inputs, labels = torch.randn(10, 4), torch.zeros(10, dtype=torch.long)
    >>> accuracy_by_inputs_kept(model, inputs, labels, order, kept=[1, 2, 4]).shape
    torch.Size([3])
    """
    training = network.training
    network.eval()
    try:
        columns = []
        for number in kept:
            kept_inputs = mask(order, number).unsqueeze(-2)
            logits = [network(some * kept_inputs) for some in inputs.split(EVALUATION_BATCH)]
            columns.append(accuracy(torch.cat(logits, dim=-2), labels))
    finally:
        network.train(training)
    return torch.stack(columns, dim=-1)


def accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    """The share of labels ``(..., B)`` that the logits ``(..., B, C)`` predict: ``(...)``.

    Examples
    --------
    >>> accuracy(torch.tensor([[2.0, 1.0], [0.0, 1.0]]), torch.tensor([0, 0])).item()
    0.5
    """
    return (logits.argmax(dim=-1) == labels).float().mean(dim=-1)
