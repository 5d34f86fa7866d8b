"""The spectral layer that a model's inputs meet first: which it is, its relevance, its penalty."""

from __future__ import annotations

from torch import Tensor, nn

from spectral.arguments import described
from spectral.layer import SpectralLinear
from spectral.network import SpectralMLP
from spectral.traced_inputs import counts_beside, layer_reading_inputs


def first_spectral_layer(model: nn.Module, name: str | None = None) -> SpectralLinear:
    """The spectral layer that a model's inputs meet first, or the one of that name.

    The search goes inwards by three rules, and what they do not decide is refused. Of an
    :class:`torch.nn.Sequential`, the first child that holds parameters is taken. Of any other
    module, the only child that holds parameters, as of an :class:`spectral.Ensemble` or a
    LightningModule. Else the ``forward`` is followed by :mod:`torch.fx`, whatever the order in
    which the layers are registered, and the only layer that reads the inputs is taken. A name is
    needed where there are several, where the inputs skip layers and meet again what these made of
    them, or where the ``forward`` cannot be followed, as where it branches by values, or a
    LightningModule of several layers has none; and where it asks for the type of its inputs, for it
    is followed with what is no tensor. What is reached must be spectral: a spectral layer behind
    any other layer with parameters reads hidden nodes, not inputs.

    Frozen parameters do not count beside trained ones, unless they are a spectral layer's: after a
    frozen trunk the inputs that are ranked are the dimensions of its embedding.

    Parameters
    ----------
    model : torch.nn.Module
        A spectral layer, or what holds one.
    name : str, default=None
        The layer to take, wherever it lies, by its name in ``model.named_modules()``.

    Returns
    -------
    SpectralLinear
        The layer itself, not a copy.

    Raises
    ------
    TypeError
        If ``model`` is no module.
    ValueError
        If the model has no spectral layer, none of that name, or does not show which is first.

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), SpectralLinear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> first_spectral_layer(model) is model[1]
    True
    >>> hidden = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), SpectralLinear(8, 2))
    >>> first_spectral_layer(hidden)
    Traceback (most recent call last):
    ValueError: the inputs of Sequential meet a Linear first: name the spectral layer to take, one
    of ['2']
    >>> first_spectral_layer(hidden, "2") is hidden[2]
    True
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is of type {type(model).__name__}, but must be a torch.nn.Module")
    layers = {
        path: module for path, module in model.named_modules() if isinstance(module, SpectralLinear)
    }
    kind = type(model).__name__
    if not layers:
        raise ValueError(f"{kind} has no SpectralLinear")
    if name is not None:
        if name not in layers:
            raise ValueError(f"name is {described(name)}, but must be one of {list(layers)}")
        return layers[name]
    first = met_first(model)
    if isinstance(first, SpectralLinear):
        return first
    raise ValueError(
        f"{why_not(model, first)}: name the spectral layer to take, one of {list(layers)}"
    )


def relevance(model: nn.Module, name: str | None = None) -> Tensor:
    """How much a model uses each of its inputs, see :meth:`spectral.SpectralLinear.relevance`.

    A model that has a method ``relevance`` is asked itself, unless a layer is named: so a
    :class:`spectral.SpectralModule` that leaves out inputs tells the relevance of all.

    Parameters
    ----------
    model : torch.nn.Module
        A spectral layer, or what holds one.
    name : str, default=None
        The layer to read; without it the first, see :func:`first_spectral_layer`.

    Returns
    -------
    Tensor
        ``(N,)``, or ``(S, N)`` for an ensemble, never negative.

    Raises
    ------
    TypeError
        If ``model`` is no module.
    ValueError
        If the model has no spectral layer, none of that name, or does not show which is first.

    Examples
    --------
    >>> model = nn.Sequential(SpectralLinear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> relevance(model).shape
    torch.Size([4])
    """
    of_model = getattr(model, "relevance", None)
    if name is None and isinstance(model, nn.Module) and callable(of_model):
        return of_model()
    return first_spectral_layer(model, name).relevance()


def penalty(
    model: nn.Module,
    eigenvalue_penalty: float,
    eigenvector_penalty: float,
    name: str | None = None,
) -> Tensor:
    r"""The L2 penalty on a model's first spectral layer, to be added to the loss.

    See :meth:`spectral.SpectralLinear.penalty`. A :class:`spectral.SpectralModule` adds its own.

    Parameters
    ----------
    model : torch.nn.Module
        A spectral layer, or what holds one.
    eigenvalue_penalty : float
        :math:`c_\lambda`, at least 0.
    eigenvector_penalty : float
        :math:`c_\psi`, at least 0.
    name : str, default=None
        The layer to penalise; without it the first, see :func:`first_spectral_layer`.

    Returns
    -------
    Tensor
        ``()``, or ``(S,)`` for an ensemble.

    Raises
    ------
    TypeError
        If ``model`` is no module, or a coefficient no number.
    ValueError
        If the model has no spectral layer, none of that name, or does not show which is first; or
        if a coefficient is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> model = nn.Sequential(SpectralLinear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> inputs = torch.randn(16, 4)
    >>> loss = model(inputs).square().mean() + penalty(model, 1e-6, 1e-2)
    >>> loss.backward()
    """
    return first_spectral_layer(model, name).penalty(eigenvalue_penalty, eigenvector_penalty)


def met_first(module: nn.Module, *, pass_frozen: bool = True) -> nn.Module:
    """What the inputs of a module meet first: a layer, or a module that does not show its order.

    What is frozen beside trained parameters is passed over, or counts as well.
    """
    trained = pass_frozen and any(parameter.requires_grad for parameter in module.parameters())
    holding = {
        name: child for name, child in module.named_children() if counts_beside(child, trained)
    }
    if not holding:
        return module
    inner, forward = module, type(module).forward
    if forward is nn.Sequential.forward:
        return met_first(next(iter(holding.values())), pass_frozen=pass_frozen)
    if forward is SpectralMLP.forward and "first" in holding:
        return met_first(holding["first"], pass_frozen=pass_frozen)
    own = any(each.requires_grad or not trained for each in module.parameters(recurse=False))
    if len(holding) == 1 and not own:
        inner = met_first(next(iter(holding.values())), pass_frozen=pass_frozen)
        if _is_layer(inner):
            return inner
    reading = layer_reading_inputs(module, trained)
    return inner if reading is None else met_first(reading, pass_frozen=pass_frozen)


def why_not(model: nn.Module, first: nn.Module) -> str:
    """Why what the inputs of a model meet first is not the layer that was looked for."""
    if _is_layer(first):
        return f"the inputs of {type(model).__name__} meet a {type(first).__name__} first"
    return f"which layer the inputs of {type(first).__name__} meet first cannot be seen"


def _is_layer(module: nn.Module) -> bool:
    return next(module.children(), None) is None
