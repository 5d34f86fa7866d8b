"""Batch normalisation for one network or for many seeds side by side."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from spectral.arguments import real_number, whole_number
from spectral.distributed import over_processes, samples_over_processes
from spectral.tensor_arguments import checked_tensor


class BatchNorm(nn.Module):
    """Batch normalisation of ``(B, F)`` or, every seed by itself, of ``(S, B, F)``.

    The arithmetic of :class:`torch.nn.BatchNorm1d`. Where several processes train one network
    (``torch.distributed``), the statistics are those of the batches of all of them together,
    as :class:`torch.nn.SyncBatchNorm` has it on GPUs alone.

    Parameters
    ----------
    features
        F, the number of features.
    momentum
        The weight of the newest batch in the running statistics. The authors' 0.99 in Keras
        is 0.01 here.
    eps
        Added to the variance.

    Examples
    --------
    >>> outputs = BatchNorm(4)(torch.randn(100, 4))
    >>> bool(outputs.mean(0).abs().max() < 1e-5)
    True
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, features: int, momentum: float = 0.01, eps: float = 1e-3) -> None:
        super().__init__()
        features = whole_number("features", features, least=1)
        self.momentum = real_number("momentum", momentum, least=0, most=1)
        self.eps = real_number("eps", eps, above=0)
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, inputs: Tensor) -> Tensor:
        self._check_shape(checked_tensor("inputs", inputs))
        inputs = inputs.to(self.weight.dtype)  # mixed precision hands over a shorter type
        weight, bias = self.weight.unsqueeze(-2), self.bias.unsqueeze(-2)
        if not self.training:
            scale = weight * (self.running_var.unsqueeze(-2) + self.eps).rsqrt()
            return (inputs - self.running_mean.unsqueeze(-2)) * scale + bias
        samples = samples_over_processes(inputs.shape[-2], inputs.device)
        if isinstance(samples, int) and samples < 2:
            raise ValueError(f"a batch of {samples} has no variance: training needs at least 2")
        outputs, mean, variance = _Normalise.apply(inputs, weight, bias, samples, self.eps)
        with torch.no_grad():
            unbiased = variance * (samples / (samples - 1))
            self.running_mean.lerp_(mean.squeeze(-2), self.momentum)
            self.running_var.lerp_(unbiased.squeeze(-2), self.momentum)
        return outputs

    def _check_shape(self, inputs: Tensor) -> None:
        features = self.weight.shape[-1]
        wrong = inputs.dim() < 2 or inputs.shape[-1] != features
        if wrong or (self.training and inputs.shape[:-2] != self.weight.shape[:-1]):
            expected = ", ".join(map(str, [*self.weight.shape[:-1], "batch", features]))
            raise ValueError(
                f"the inputs have shape {tuple(inputs.shape)}, but this layer takes ({expected})"
            )

    def extra_repr(self) -> str:
        return f"{self.weight.shape[-1]}, momentum={self.momentum}, eps={self.eps}"


class _Normalise(torch.autograd.Function):
    """Outputs, mean and variance; the backward pass in few passes over ``(S, B, F)``.

    torch's own needs the seeds in one dimension with the features, and two copies for that;
    its backward pass takes three times as long on a CPU.
    """

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, weight: Tensor, bias: Tensor, samples: int | Tensor, eps: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        mean = over_processes(inputs.sum(-2, keepdim=True)) / samples
        centred = inputs - mean
        variance = over_processes(centred.square().sum(-2, keepdim=True)) / samples
        inverse_deviation = (variance + eps).rsqrt()
        ctx.save_for_backward(centred, inverse_deviation, weight)
        ctx.samples = samples
        ctx.mark_non_differentiable(mean, variance)
        ctx.set_materialize_grads(False)
        outputs = (centred * (weight * inverse_deviation)).add_(bias)
        return outputs, mean, variance

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        centred, inverse_deviation, weight = ctx.saved_tensors
        of_bias = gradient.sum(-2, keepdim=True)
        of_scale = (gradient * centred).sum(-2, keepdim=True)
        scale = weight * inverse_deviation
        shift = over_processes(of_bias) / -ctx.samples
        slope = over_processes(of_scale) * inverse_deviation.square() / -ctx.samples
        of_inputs = (gradient + shift).addcmul_(centred, slope).mul_(scale)
        return of_inputs, of_scale * inverse_deviation, of_bias, None, None
