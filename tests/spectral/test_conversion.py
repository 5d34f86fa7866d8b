"""A spectral layer takes the place of a model's first linear one, and changes nothing else."""

import copy
from collections.abc import Callable
from typing import cast

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune

from spectral import (
    Ensemble,
    SpectralLinear,
    first_spectral_layer,
    penalty,
    relevance,
    spectralize,
)


class Head(nn.Module):
    """A trunk and a head, registered in another order than they run, as in many a library."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(6, 3))
        self.trunk = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh())

    def forward(self, inputs: Tensor) -> Tensor:
        return self.head(self.trunk(inputs))


class Branching(Head):
    """Looks at its inputs before it runs."""

    def forward(self, inputs: Tensor) -> Tensor:
        return super().forward(inputs if inputs.sum() > 0 else -inputs)


class Backbone(nn.Module):
    """A Head within a module of another name."""

    def __init__(self) -> None:
        super().__init__()
        self.network = Head()

    def forward(self, inputs: Tensor) -> Tensor:
        return self.network(inputs)


class Misnamed(nn.Module):
    """Registers first, and calls so, what runs last."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(6, 3)
        self.stem = nn.Linear(4, 6)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.first(self.stem(inputs).relu())


def mlp() -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))


def with_frozen_trunk() -> Backbone:
    model = Backbone()
    model.network.trunk.requires_grad_(False)
    return model


@pytest.mark.parametrize(
    ("build", "name", "place"),
    [
        (mlp, None, "0"),
        (mlp, "2", "2"),
        (lambda: nn.Sequential(nn.Flatten(), mlp()), None, "1.0"),
        (lambda: nn.Sequential(nn.Linear(4, 6, bias=False), nn.ReLU()), None, "0"),
        (lambda: nn.Sequential(nn.Linear(4, 6).requires_grad_(False), mlp()[1:]), None, "1.2"),
        (Backbone, None, "network.trunk.0"),
        (Misnamed, None, "stem"),
        (with_frozen_trunk, None, "network.head.1"),
        (Backbone, "network.trunk.0", "network.trunk.0"),
        (Backbone, "network.head.1", "network.head.1"),
    ],
)
def test_the_model_computes_what_it_did(
    build: Callable[[], nn.Module], name: str | None, place: str
) -> None:
    model = build().eval()
    before = copy.deepcopy(model)
    assert spectralize(model, name) is model
    assert isinstance(model.get_submodule(place), SpectralLinear)
    kinds = {path: type(module) for path, module in before.named_modules()}
    assert {path: type(module) for path, module in model.named_modules()} == kinds | {
        place: SpectralLinear
    }
    inputs = torch.randn(7, 4)
    assert torch.equal(model(inputs), before(inputs))
    weight = before.get_submodule(place).weight
    assert isinstance(weight, Tensor)
    assert torch.allclose(relevance(model, name), weight.norm(dim=0))


def test_a_linear_layer_becomes_another() -> None:
    linear = nn.Linear(4, 2)
    layer = spectralize(linear)
    inputs = torch.randn(3, 4)
    assert isinstance(layer, SpectralLinear)
    assert torch.equal(layer(inputs), linear(inputs))


def test_what_is_spectral_already_stays() -> None:
    model = spectralize(mlp())
    layer = first_spectral_layer(model)
    assert spectralize(spectralize(model), "0") is model
    assert first_spectral_layer(model) is layer


def test_mode_type_and_what_is_frozen_stay() -> None:
    model = mlp().double().eval()
    model[0].bias.requires_grad_(False)
    spectralize(model)
    layer = first_spectral_layer(model)
    assert not layer.training
    assert layer.eigenvectors.dtype == layer.eigenvalues_in.dtype == torch.float64
    trained = {name for name, each in layer.named_parameters() if each.requires_grad}
    assert trained == {"eigenvalues_in", "eigenvectors"}
    on_meta = spectralize(nn.Linear(4, 2, device="meta"))
    assert {each.device.type for each in on_meta.parameters()} == {"meta"}


def test_one_layer_in_several_places_stays_one() -> None:
    linear = nn.Linear(4, 4)
    model = nn.Sequential(linear, nn.Tanh(), nn.Sequential(linear))
    inputs = torch.randn(3, 4)
    before = model(inputs)
    spectralize(model)
    assert isinstance(model[0], SpectralLinear)
    assert model.get_submodule("2.0") is model[0]
    assert torch.equal(model(inputs), before)


class Named(nn.Linear):
    """Computes what its parent does."""


def test_a_subclass_that_computes_the_same_is_taken() -> None:
    model = nn.Sequential(Named(4, 2))
    inputs = torch.randn(3, 4)
    before = model(inputs)
    assert torch.equal(spectralize(model)(inputs), before)


def test_a_compiled_model_goes_on_with_the_new_layer() -> None:
    model = mlp()
    compiled = cast(nn.Module, torch.compile(model, backend="eager"))
    inputs = torch.randn(3, 4)
    before = compiled(inputs)
    spectralize(compiled)
    assert torch.allclose(compiled(inputs), before)
    with torch.no_grad():
        first_spectral_layer(model).eigenvalues_in.zero_()
    assert not torch.allclose(compiled(inputs), before)
    assert torch.allclose(compiled(inputs), model(inputs))


def test_the_dimensions_of_a_frozen_embedding_are_ranked() -> None:
    """The head alone learns, from two of the six dimensions that the trunk gives."""
    torch.manual_seed(0)
    model = with_frozen_trunk().eval()
    embedding = model.network.trunk
    inputs = torch.randn(500, 4)
    targets = embedding(inputs)[:, [1, 4]].sum(1)
    before = copy.deepcopy(embedding.state_dict())
    spectralize(model)
    optimiser = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.02)
    for _ in range(300):
        loss = (model(inputs)[:, 0] - targets).square().mean() + penalty(model, 1e-3, 1e-3)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert all(torch.equal(value, before[name]) for name, value in embedding.state_dict().items())
    assert set(relevance(model).topk(2).indices.tolist()) == {1, 4}


class Scaled(nn.Linear):
    """Computes something else than its parent."""

    def forward(self, inputs: Tensor) -> Tensor:
        return 2 * super().forward(inputs)


def tied() -> nn.Module:
    model = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 9))
    model[1].weight = model[0].weight
    return model


def hooked() -> nn.Module:
    model = mlp()
    model[0].register_forward_hook(lambda *arguments: None)
    return model


@pytest.mark.parametrize(
    ("build", "name", "message"),
    [
        (lambda: nn.Sequential(nn.ReLU()), None, r"^Sequential has no torch.nn.Linear$"),
        (mlp, "1", r"^name is '1', but must be one of \['0', '2'\]$"),
        (mlp, 0, r"^name is 0, but must be one of \['0', '2'\]$"),
        (
            Branching,
            None,
            r"^which layer the inputs of Branching meet first cannot be seen: name the linear "
            r"layer to replace, one of \['head.1', 'trunk.0'\]$",
        ),
        (
            lambda: nn.Sequential(nn.Conv1d(4, 4, 1), mlp()),
            None,
            r"^the inputs of Sequential meet a Conv1d first: name .* one of \['1.0', '1.2'\]$",
        ),
        (lambda: nn.Sequential(nn.LazyLinear(3)), None, "'0' is not initialised: run the model"),
        (lambda: nn.Sequential(Scaled(4, 2)), None, "'0' is a Scaled, whose forward is not that"),
        (
            lambda: nn.Sequential(parametrizations.weight_norm(nn.Linear(4, 2))),
            None,
            "the weight of layer '0' is computed",
        ),
        (
            lambda: nn.Sequential(prune.l1_unstructured(nn.Linear(4, 2), "weight", 3)),
            None,
            "the weight of layer '0' is computed",
        ),
        (
            lambda: nn.Linear(4, 2, dtype=torch.complex64),
            None,
            "the weight of the layer is a Tensor of torch.complex64, but must be .* floating-point",
        ),
        (
            lambda: Ensemble(mlp, [0, 1]),
            None,
            r"of shape \(2, 6, 4\), is that of many seeds: spectralize the networks that build",
        ),
        (tied, "1", r"layer '1' shares parameters with \['0'\]"),
        (hooked, None, "layer '0' has hooks, which would be lost"),
    ],
)
def test_what_cannot_be_replaced_is_refused_and_left_as_it_is(
    build: Callable[[], nn.Module], name: str | None, message: str
) -> None:
    model = build()
    before = list(model.modules())
    with pytest.raises(ValueError, match=message):
        spectralize(model, name)
    assert all(one is other for one, other in zip(model.modules(), before, strict=True))


def test_a_model_wrapped_for_several_processes_is_refused(tmp_path: object) -> None:
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{tmp_path}/rendezvous", rank=0, world_size=1
    )
    try:
        model = nn.parallel.DistributedDataParallel(mlp())
        with pytest.raises(ValueError, match=r"DistributedDataParallel.* before it is wrapped"):
            spectralize(model)
        wrapped = nn.parallel.DistributedDataParallel(spectralize(mlp()))
        assert relevance(wrapped).shape == (4,)
    finally:
        torch.distributed.destroy_process_group()


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(TypeError, match=r"model is of type Tensor, but must be a torch.nn.Module"):
        spectralize(torch.ones(3))  # type: ignore[call-overload]


def test_an_ensemble_of_spectralized_networks_starts_as_one_of_linear_ones() -> None:
    linear, spectral = Ensemble(mlp, [0, 1]), Ensemble(lambda: spectralize(mlp()), [0, 1])
    inputs = torch.randn(5, 4)
    assert torch.allclose(spectral(inputs), linear(inputs), atol=1e-6)
    assert relevance(spectral).shape == (2, 4)
