"""Batch normalisation for one network or for many seeds side by side."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spectral.arguments import real_number, whole_number
from spectral.distributed import over_processes, train_together
from spectral.tensor_arguments import checked_tensor


class BatchNorm(nn.Module):
    """Batch normalisation of ``(B, F)`` or, every seed by itself, of ``(S, B, F)``.

    The arithmetic of :class:`torch.nn.BatchNorm1d`. Where several processes train one network
    (``torch.distributed``), the statistics are those of the batches of all of them together,
    as :class:`torch.nn.SyncBatchNorm` has it on GPUs alone.

    Parameters
    ----------
    features : int
        F, the number of features, at least 1.
    momentum : float, default=0.01
        The weight of the newest batch in the running statistics, 0 to 1. The authors' 0.99 in
        Keras is 0.01 here.
    eps : float, default=1e-3
        Added to the variance, above 0.

    Raises
    ------
    TypeError, ValueError
        If an option is no number, or out of range; from the layer, if the inputs are of another
        shape, or too few to have a variance.

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
        """The outputs, of the shape of the inputs and the type of the parameters."""
        self._check_shape(checked_tensor("inputs", inputs))
        inputs = inputs.to(self.weight.dtype)  # mixed precision hands over a shorter type
        if self.training and train_together():
            return self._normalised_together(inputs)
        if self.training and inputs.shape[-2] < 2:
            raise ValueError(
                f"a batch of {inputs.shape[-2]} has no variance: training needs at least 2"
            )
        features_first = inputs.mT  # as stacked layers lay out theirs: no copy
        outputs = F.batch_norm(
            features_first.reshape(1, self.weight.numel(), inputs.shape[-2]),
            self.running_mean.view(-1),
            self.running_var.view(-1),
            self.weight.view(-1),
            self.bias.view(-1),
            self.training,
            self.momentum,
            self.eps,
        )
        return outputs.view(features_first.shape).mT

    def _normalised_together(self, inputs: Tensor) -> Tensor:
        """By mean and variance of the batches of all processes."""
        samples = over_processes(torch.tensor(inputs.shape[-2], device=inputs.device))
        mean = over_processes(inputs.sum(-2)) / samples
        centred = inputs - mean.unsqueeze(-2)
        variance = over_processes(centred.square().sum(-2)) / samples
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * samples / (samples - 1), self.momentum)
        scale = self.weight * (variance + self.eps).rsqrt()
        return centred * scale.unsqueeze(-2) + self.bias.unsqueeze(-2)

    def _check_shape(self, inputs: Tensor) -> None:
        *seeds, features = self.weight.shape
        if inputs.dim() < 2 or inputs.shape[-1] != features or list(inputs.shape[:-2]) != seeds:
            expected = ", ".join(map(str, [*seeds, "batch", features]))
            raise ValueError(
                f"the inputs have shape {tuple(inputs.shape)}, but this layer takes ({expected})"
            )

    def extra_repr(self) -> str:
        """The size and options, for ``repr``."""
        return f"{self.weight.shape[-1]}, momentum={self.momentum}, eps={self.eps}"
