"""A spectral layer in the place of a model's linear one, of the same function."""

from __future__ import annotations

from typing import TypeVar, overload

from torch import Tensor, nn

from spectral.arguments import described
from spectral.first_layer import met_first, why_not
from spectral.layer import SpectralLinear

AnyModule = TypeVar("AnyModule", bound=nn.Module)


@overload
def spectralize(model: nn.Linear, name: str | None = None) -> SpectralLinear: ...
@overload
def spectralize(model: AnyModule, name: str | None = None) -> AnyModule: ...
def spectralize(model: nn.Module, name: str | None = None) -> nn.Module:
    """Put a spectral layer in the place of the linear one that a model's inputs meet first.

    The model computes what it did, and can be trained, penalised and asked for its relevance. It
    is changed in place, as by :meth:`torch.nn.SyncBatchNorm.convert_sync_batchnorm`: pass a
    :func:`copy.deepcopy` to keep yours. The layer is found as by
    :func:`spectral.first_spectral_layer`, which says where a name is needed: after a frozen (or
    quantised) trunk it is the first that is trained, and the dimensions of the trunk's embedding
    are what is ranked. Where the first layer is spectral already, nothing changes.

    An optimiser holds the parameters it was given: make it after this call. The same goes for
    :class:`torch.nn.parallel.DistributedDataParallel`.

    Parameters
    ----------
    model : torch.nn.Module
        A :class:`torch.nn.Linear`, or what holds one.
    name : str, default=None
        The layer to replace, wherever it lies, by its name in ``model.named_modules()``. Where one
        is needed here, so it is for :func:`spectral.relevance` and :func:`spectral.penalty`.

    Returns
    -------
    torch.nn.Module
        The model itself; a new layer if the model is a :class:`torch.nn.Linear`.

    Raises
    ------
    TypeError
        If ``model`` is no module.
    ValueError
        If the model has no linear layer, none of that name, or does not show which is first; or if
        that layer is more than its weights: tied to others, with hooks, with a weight that is
        computed or not initialised, or of a subclass that computes something else.

    Examples
    --------
    >>> import torch
    >>> model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> before = model(torch.ones(1, 4))
    >>> spectralize(model)
    Sequential(
      (0): SpectralLinear(in_features=4, out_features=8, bias=True, train_eigenvalues_out=False)
      (1): ReLU()
      (2): Linear(in_features=8, out_features=2, bias=True)
    )
    >>> torch.equal(model(torch.ones(1, 4)), before)
    True
    >>> class Network(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.fc1, self.fc2 = nn.Linear(4, 8), nn.Linear(8, 2)
    ...     def forward(self, inputs):
    ...         return self.fc2(torch.relu(self.fc1(inputs)))
    >>> spectralize(Network())
    Network(
      (fc1): SpectralLinear(in_features=4, out_features=8, bias=True, train_eigenvalues_out=False)
      (fc2): Linear(in_features=8, out_features=2, bias=True)
    )
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is of type {type(model).__name__}, but must be a torch.nn.Module")
    linear = _linear_layer(model, name)
    if isinstance(linear, SpectralLinear):
        return model
    places = [
        path for path, module in model.named_modules(remove_duplicate=False) if module is linear
    ]
    _check_replaceable(model, linear, f"layer {places[0]!r}" if places[0] else "the layer")
    layer = SpectralLinear.from_linear(linear)
    if linear is model:
        return layer
    for place in places:  # the same layer in several places stays the same
        model.set_submodule(place, layer)
    return model


def _linear_layer(model: nn.Module, name: str | None) -> nn.Linear | SpectralLinear:
    """The layer to replace, or the spectral one that is there already."""
    layers = {
        path: module
        for path, module in model.named_modules(remove_duplicate=False)
        if isinstance(module, nn.Linear | SpectralLinear)
    }
    if not layers:
        raise ValueError(f"{type(model).__name__} has no torch.nn.Linear")
    if name is not None:
        if name not in layers:
            raise ValueError(
                f"name is {described(name)}, but must be one of {described(list(layers))}"
            )
        return layers[name]
    first = met_first(model)
    if isinstance(first, nn.Linear | SpectralLinear):
        return first
    raise ValueError(
        f"{why_not(model, first)}: name the linear layer to replace, one of "
        f"{described(list(layers))}"
    )


def _check_replaceable(model: nn.Module, linear: nn.Linear, layer: str) -> None:
    """Refuse a layer that is more than its weights and bias."""
    if any(isinstance(module, nn.parallel.DistributedDataParallel) for module in model.modules()):
        raise ValueError(
            "the model is within DistributedDataParallel, which would go on with the old "
            "parameters: spectralize it before it is wrapped"
        )
    if getattr(linear.forward, "__func__", None) is not nn.Linear.forward:
        kind = type(linear).__name__
        raise ValueError(f"{layer} is a {kind}, whose forward is not that of torch.nn.Linear")
    if isinstance(linear, nn.LazyLinear):
        raise ValueError(f"{layer} is not initialised: run the model on a batch first")
    if "weight" not in dict(linear.named_parameters(recurse=False)):
        raise ValueError(
            f"the weight of {layer} is computed, as by a parametrization, weight norm or pruning: "
            "make it an ordinary parameter first"
        )
    _check_weight(linear.weight.data, layer)
    if _has_hooks(linear):
        raise ValueError(
            f"{layer} has hooks, which would be lost: remove them, and register them on the "
            "spectral layer"
        )
    tied = [
        path
        for path, module in model.named_modules()
        if module is not linear
        and any(own is other for own in linear.parameters() for other in _parameters(module))
    ]
    if tied:
        raise ValueError(
            f"{layer} shares parameters with {described(tied)}, as a spectral layer could not"
        )


def _check_weight(weight: Tensor, layer: str) -> None:
    if not weight.is_floating_point() or type(weight) is not Tensor:
        raise ValueError(
            f"the weight of {layer} is a {type(weight).__name__} of {weight.dtype}, but must be a "
            "Tensor of floating-point numbers"
        )
    if weight.dim() > 2:
        raise ValueError(
            f"the weight of {layer}, of shape {tuple(weight.shape)}, is that of many seeds: "
            "spectralize the networks that build makes"
        )


def _has_hooks(linear: nn.Linear) -> bool:
    of_forward = linear._forward_pre_hooks or linear._forward_hooks
    return bool(of_forward or linear._backward_pre_hooks or linear._backward_hooks)


def _parameters(module: nn.Module) -> list[nn.Parameter]:
    return list(module.parameters(recurse=False))
