"""A weight that is computed: to be read like any tensor, not to be written to."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch._C import DisableTorchFunctionSubclass

ADVICE = (
    "the weight is computed from eigenvalues and eigenvectors; change those, or take the weights "
    "of a linear layer over by from_linear or load_state_dict"
)


class ComputedWeight(Tensor):
    """Refuses what would write to it, its ``data`` or a view of it, since no layer would notice.

    What is computed from it is an ordinary tensor, and so is ``weight.detach()``: a copy to change.

    Examples
    --------
    >>> import torch
    >>> weight = torch.ones(2).as_subclass(ComputedWeight)
    >>> weight + 1
    tensor([2., 2.])
    >>> weight.data.fill_(0)
    Traceback (most recent call last):
    RuntimeError: fill_ would change a copy: the weight is computed from eigenvalues and
    eigenvectors; change those, or take the weights of a linear layer over by from_linear or
    load_state_dict
    """

    @classmethod
    def __torch_function__(
        cls,
        func: Callable,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if _writes_to_weight(func, args, kwargs):
            raise RuntimeError(f"{func.__name__} would change a copy: {ADVICE}")
        with DisableTorchFunctionSubclass():
            result = func(*args, **kwargs)
        return result.as_subclass(cls) if _is_part(result, func, args) else result

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.as_subclass(Tensor).__reduce_ex__(protocol)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return copy.deepcopy(self.as_subclass(Tensor), memo)


class HasComputedWeight(nn.Module, ABC):
    """A layer whose ``weight`` is computed: to set, register or prune it is refused.

    Examples
    --------
    >>> class Squared(HasComputedWeight):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.root = nn.Parameter(torch.full((2,), 3.0))
    ...     def _computed_weight(self):
    ...         return self.root.square()
    >>> Squared().weight.tolist()
    [9.0, 9.0]
    """

    @abstractmethod
    def _computed_weight(self) -> Tensor:
        """The weight, an ordinary tensor."""

    @property
    def weight(self) -> Tensor:
        """The weight matrix in direct space, ``(M, N)``. It is computed, not to be set."""
        weight = self._computed_weight()
        return weight if torch.compiler.is_compiling() else _guarded(weight)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "weight":
            raise AttributeError(f"weight cannot be set: {ADVICE}")
        super().__setattr__(name, value)

    def register_parameter(self, name: str, param: nn.Parameter | None) -> None:
        """Register a parameter, but none in the weight's place, as :mod:`torch.nn.utils.prune`."""
        if name in ("weight", "weight_orig"):
            raise AttributeError(f"{name} cannot be registered: {ADVICE}")
        super().register_parameter(name, param)


@fx.wrap  # a symbolic trace has no node for a class
def _guarded(weight: Tensor) -> Tensor:
    return weight.as_subclass(ComputedWeight)


def _is_part(result: Any, func: Callable, args: Sequence[Any]) -> bool:
    """Whether a result shows the weight itself, as ``weight[0]`` and ``weight.T`` do."""
    if not (isinstance(result, Tensor) and args and isinstance(args[0], ComputedWeight)):
        return False
    is_data = func == Tensor.data.__get__  # type: ignore[attr-defined]
    return is_data or (result._is_view() and func != Tensor.detach)


def _writes_to_weight(func: Callable, args: Sequence[Any], kwargs: dict[str, Any]) -> bool:
    name = func.__name__
    if isinstance(kwargs.get("out"), ComputedWeight):
        return True
    in_place = name.endswith("_") and not name.endswith("__")
    written = args[0] if args else kwargs.get("tensor")  # torch.nn.init passes it by name
    return (in_place or name in ("__set__", "__setitem__")) and isinstance(written, ComputedWeight)
