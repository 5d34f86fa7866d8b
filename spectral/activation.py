"""The activations of the first layer."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

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
        if inputs.dtype in (torch.float32, torch.float64):
            return _Tanh.apply(inputs)
        return inputs.tanh()


class _Tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor) -> Tensor:
        outputs = torch.mul(inputs, 2).sigmoid_()
        torch.add(-1, outputs, alpha=2, out=outputs)
        ctx.save_for_backward(outputs)
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (outputs,) = ctx.saved_tensors
        return torch.ops.aten.tanh_backward(gradient, outputs)


ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": Tanh, "relu": nn.ReLU}
