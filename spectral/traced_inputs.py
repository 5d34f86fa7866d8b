"""Which layer reads a module's inputs: they are followed through its forward, without values."""

from __future__ import annotations

import inspect
from copy import copy
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import fx, nn

from spectral.layer import SpectralLinear

SIZES = {"size", "dim", "numel", "shape", "ndim", "dtype", "device"}
"""What is asked of inputs beside their values."""


def layer_reading_inputs(module: nn.Module, beside_trained: bool) -> nn.Module | None:
    """The only layer with parameters that reads what a module is given; None if it is not seen.

    The forward runs once, by :mod:`torch.fx`, on what stands for the inputs, and again only when
    the module's parts, their modes or what is frozen have changed. It leaves no trace in the
    module's attributes, in dicts and lists among them, or in torch's random numbers. Arguments with
    a plain default have that value. What stands for the inputs is of no type that a forward would
    ask for: one that does is followed as far as it goes for what is no tensor.

    Parameters
    ----------
    module : torch.nn.Module
        What the inputs are given to.
    beside_trained : bool
        Whether frozen layers do not count, see :func:`counts_beside`.

    Returns
    -------
    torch.nn.Module or None
        None where the inputs are read by several layers or by a parameter of no layer, where they
        meet again what a layer made of them, or where the forward cannot be followed: there is
        none, or it branches by values.

    Examples
    --------
    >>> class Network(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.last, self.early = nn.Linear(8, 2), nn.Linear(4, 8)
    ...     def forward(self, inputs):
    ...         return self.last(self.early(inputs).relu())
    >>> layer_reading_inputs(Network(), beside_trained=True)
    Linear(in_features=4, out_features=8, bias=True)
    """
    if torch.compiler.is_compiling():
        return None
    state = _what_decides(module, beside_trained)
    if module not in _SEEN or _SEEN[module][0] != state:
        graph = _followed(module)
        found = None if graph is None else _only_reader(module, graph, beside_trained)
        _SEEN[module] = state, found
    name = _SEEN[module][1]
    return None if name is None else module.get_submodule(name)


def counts_beside(child: nn.Module, trained: bool) -> bool:
    """Whether a child holds parameters; beside trained ones, frozen ones of no spectral layer do
    not count."""
    if any(isinstance(inner, SpectralLinear) for inner in child.modules()):
        return True
    return any(parameter.requires_grad or not trained for parameter in child.parameters())


_SEEN: WeakKeyDictionary[nn.Module, tuple[list[Any], str | None]] = WeakKeyDictionary()
"""What decided, and the name of the layer: a loss may ask at every step."""


def _what_decides(module: nn.Module, beside_trained: bool) -> list[Any]:
    parts = [(name, type(each), each.training) for name, each in module.named_modules()]
    frozen = [name for name, each in module.named_parameters() if not each.requires_grad]
    return [beside_trained, parts, frozen]


class _Follower(fx.Tracer):
    """Takes layers, and this package's modules, as wholes; runs nothing on a buffer."""

    proxy_buffer_attributes = True

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        ours = type(m).__module__.startswith("spectral.")
        whole = ours or next(m.children(), None) is None
        return whole or super().is_leaf_module(m, module_qualified_name)


def _followed(module: nn.Module) -> fx.Graph | None:
    """What the forward does, step by step; None if that depends on values."""
    attributes = [(held, copy(held)) for part in module.modules() for held in _held_by(part)]
    try:
        with torch.random.fork_rng(devices=[]):
            return _Follower().trace(module, _plain_defaults(module))
    except Exception:  # what a forward makes of inputs without values is beyond foresight
        return None
    finally:
        for held, before in attributes:  # a forward may keep what it computed
            _restore(held, before)


def _held_by(part: nn.Module) -> list[dict[str, Any] | list[Any]]:
    """What holds a module's attributes: its own dict, and dicts and lists in it."""
    values = vars(part).values()
    return [vars(part), *(value for value in values if isinstance(value, dict | list))]


def _restore(held: Any, before: Any) -> None:
    if isinstance(held, list):
        held[:] = before
        return
    for name in held.keys() - before.keys():
        del held[name]
    held.update(before)


def _plain_defaults(module: nn.Module) -> dict[str, Any]:
    arguments = inspect.signature(module.forward).parameters.items()
    plain = (type(None), bool, int, float, str)
    return {name: each.default for name, each in arguments if isinstance(each.default, plain)}


def _only_reader(module: nn.Module, graph: fx.Graph, beside_trained: bool) -> str | None:
    """The name of the only layer that reads the inputs, or what was made of them by no layer."""
    inputs: set[fx.Node] = set()
    outputs: set[fx.Node] = set()  # of layers, and what was made of them
    parameters: set[fx.Node] = set()
    readers: set[str] = set()
    for node in graph.nodes:
        reads = not inputs.isdisjoint(node.all_input_nodes)
        weighs = not parameters.isdisjoint(node.all_input_nodes)
        behind = not outputs.isdisjoint(node.all_input_nodes)
        if node.op == "placeholder":
            inputs.add(node)
        elif node.op == "get_attr":
            if _is_weight(module, node.target, beside_trained):
                parameters.add(node)
        elif node.op == "call_module" and reads:
            if counts_beside(module.get_submodule(node.target), beside_trained):
                readers.add(node.target)
                outputs.add(node)
            else:
                inputs.add(node)
        elif node.op == "output" or _asks_for_size(node):
            continue
        elif reads:
            if weighs or behind:
                return None
            inputs.add(node)
        elif behind:
            outputs.add(node)
        elif weighs:
            parameters.add(node)
    return readers.pop() if len(readers) == 1 else None


def _is_weight(module: nn.Module, name: str, beside_trained: bool) -> bool:
    parameter = dict(module.named_parameters(remove_duplicate=False)).get(name)
    return parameter is not None and (parameter.requires_grad or not beside_trained)


def _asks_for_size(node: fx.Node) -> bool:
    asked = node.args[1] if node.target is getattr else node.target
    return asked in SIZES
