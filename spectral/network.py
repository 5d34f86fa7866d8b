"""The network of the paper, for any sizes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from torch import Tensor, nn

from spectral.activation import ACTIVATIONS, Activation
from spectral.arguments import described, whole_number, whole_numbers
from spectral.batch_norm import BatchNorm
from spectral.dropout import Dropout
from spectral.layer import SpectralLinear
from spectral.tensor_arguments import checked_tensor

PAPER_HIDDEN = (100, 100, 50)
"""The sizes of the paper's hidden layers."""


class SpectralMLP(nn.Module):
    """A feedforward network of spectral layers.

    The first layer is followed by its activation, batch normalisation and dropout, the other
    hidden layers by ReLU. With the defaults it has the paper's hidden layers of 100, 100 and
    50 nodes.

    Parameters
    ----------
    in_features : int
        The number of inputs, at least 1.
    out_features : int
        The number of outputs (logits), at least 1.
    hidden : sequence of int, default=(100, 100, 50)
        The sizes of the hidden layers, at least one.
    activation : {"tanh", "relu"}, default="relu"
        What follows the first layer.
    dropout : float, default=0.0
        The share of nodes of the first hidden layer dropped in training.

    Shape
    -----
    Input ``(B, in_features)``, output ``(B, out_features)``.

    Raises
    ------
    TypeError, ValueError
        If there is no hidden layer, a size is not a whole number of at least 1, the activation
        is unknown, or dropout is out of range.

    Examples
    --------
    >>> import torch
    >>> SpectralMLP(20, 2)(torch.randn(8, 20)).shape
    torch.Size([8, 2])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        hidden: Sequence[int] = PAPER_HIDDEN,
        activation: Activation = "relu",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        in_features = whole_number("in_features", in_features, least=1)
        out_features = whole_number("out_features", out_features, least=1)
        hidden = whole_numbers("hidden", hidden, least=1)
        if not hidden:
            raise ValueError("hidden is empty, but the network needs at least one hidden layer")
        if not isinstance(activation, str) or activation not in ACTIVATIONS:
            allowed = " or ".join(map(repr, ACTIVATIONS))
            raise ValueError(f"activation is {described(activation)}, but must be {allowed}")
        self.first = SpectralLinear(in_features, hidden[0])
        self.activation = ACTIVATIONS[activation]()
        self.normalisation = BatchNorm(hidden[0])
        self.dropout = Dropout(dropout)
        self.hidden = nn.ModuleList(
            SpectralLinear(wide, narrow) for wide, narrow in itertools.pairwise(hidden)
        )
        self.last = SpectralLinear(hidden[-1], out_features)

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs (logits), ``(B, out_features)``."""
        if checked_tensor("inputs", inputs).dim() != self.first.eigenvectors.dim():
            raise ValueError(
                f"the inputs have shape {tuple(inputs.shape)}, but must be (batch, features), or "
                "(seeds, batch, features) in an ensemble"
            )
        nodes = self.dropout(self.normalisation(self.activation(self.first(inputs))))
        for layer in self.hidden:
            nodes = layer(nodes).relu()
        return self.last(nodes)
