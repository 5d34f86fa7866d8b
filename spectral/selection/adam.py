"""Adam without torch's Optimizer, for trainings of many small steps in fresh processes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

DENOMINATOR = 1e-7
"""Added to the square root of the second moment."""


class Adam:
    """The steps of ``torch.optim.Adam(fused=True)``, by the kernel that it calls.

    The first :class:`torch.optim.Optimizer` of a process imports torch's compiler, which takes two
    seconds, and each of its steps does more around the kernel than a step of a small network. The
    parameters come out the same to the bit.

    Parameters
    ----------
    groups : iterable of dict
        Parameters as ``"params"``, with their ``"weight_decay"`` where there is one, see
        :func:`spectral.weight_decay.groups_with_decay`. Frozen parameters stay as they are.

    Examples
    --------
    >>> parameter = torch.nn.Parameter(torch.tensor([3.0, -2.0]))
    >>> optimiser = Adam([{"params": [parameter]}])
    >>> optimiser.step(parameter.square().sum(), learning_rate=0.5)
    >>> parameter.data
    tensor([ 2.5000, -1.5000])
    """

    def __init__(self, groups: Iterable[dict[str, Any]]) -> None:
        by_decay: dict[float, list[Tensor]] = {}
        for group in groups:
            trained = [parameter for parameter in group["params"] if parameter.requires_grad]
            by_decay.setdefault(group.get("weight_decay", 0.0), []).extend(trained)
        self._moments = [_Moments(*item) for item in by_decay.items() if item[1]]
        self._parameters = [parameter for group in by_decay.values() for parameter in group]

    def step(self, loss: Tensor, learning_rate: float) -> None:
        """Go a step down the gradient of the loss."""
        gradients = iter(torch.autograd.grad(loss, self._parameters))
        for moments in self._moments:
            own = [next(gradients) for _ in moments.parameters]
            moments.step(own, learning_rate)


class _Moments:
    """Parameters of one weight decay, with what Adam remembers of their gradients."""

    def __init__(self, weight_decay: float, parameters: list[Tensor]) -> None:
        self.weight_decay = weight_decay
        self.parameters = parameters
        self.first = [torch.zeros_like(parameter) for parameter in parameters]
        self.second = [torch.zeros_like(parameter) for parameter in parameters]
        self.steps = torch.zeros((), device=parameters[0].device)

    @torch.no_grad()
    def step(self, gradients: list[Tensor], learning_rate: float) -> None:
        """The next step with these gradients."""
        self.steps += 1
        torch._fused_adam_(
            self.parameters,
            gradients,
            self.first,
            self.second,
            [],
            [self.steps] * len(gradients),
            lr=learning_rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=self.weight_decay,
            eps=DENOMINATOR,
            amsgrad=False,
            maximize=False,
        )
