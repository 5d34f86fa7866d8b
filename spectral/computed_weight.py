"""A weight that is computed: to be read like any tensor, not to be written to."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor
from torch._C import DisableTorchFunctionSubclass

ADVICE = (
    "the weight is computed from eigenvalues and eigenvectors; change those, or take the weights "
    "of a linear layer over by from_linear or load_state_dict"
)


class ComputedWeight(Tensor):
    """Refuses what would write to it, or to its ``data``, since the layer would not notice.

    What is computed from it is an ordinary tensor.

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
        is_data = func == Tensor.data.__get__  # type: ignore[attr-defined]
        return result.as_subclass(cls) if is_data else result

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.as_subclass(Tensor).__reduce_ex__(protocol)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return copy.deepcopy(self.as_subclass(Tensor), memo)


def _writes_to_weight(func: Callable, args: Sequence[Any], kwargs: dict[str, Any]) -> bool:
    name = func.__name__
    if isinstance(kwargs.get("out"), ComputedWeight):
        return True
    in_place = name.endswith("_") and not name.endswith("__")
    written = args[0] if args else kwargs.get("tensor")  # torch.nn.init passes it by name
    return (in_place or name in ("__set__", "__setitem__")) and isinstance(written, ComputedWeight)
