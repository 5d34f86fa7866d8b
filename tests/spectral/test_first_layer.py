"""Which layer is taken, and where the search says that it cannot tell."""

from collections import OrderedDict

import pytest
import torch
from torch import Tensor, nn

from spectral import (
    Ensemble,
    SpectralClassifier,
    SpectralLinear,
    SpectralMLP,
    penalty,
    relevance,
)
from spectral.first_layer import first_spectral_layer


class TwoLayers(nn.Module):
    """The usual model; it registers its layers in either order, under any names."""

    fc1: nn.Module
    fc2: nn.Module

    def __init__(self, early: str = "fc1", late: str = "fc2", *, in_order: bool = True) -> None:
        super().__init__()
        self.early, self.late = early, late
        sizes = {early: (5, 3), late: (3, 2)}
        for name in (early, late) if in_order else (late, early):
            self.add_module(name, SpectralLinear(*sizes[name]))

    def forward(self, inputs: Tensor) -> Tensor:
        nodes = self.get_submodule(self.early)(inputs.view(inputs.size(0), -1)).relu()
        return self.get_submodule(self.late)(nodes)


class HalfWay(TwoLayers):
    """Its inputs reach the second layer, too."""

    def forward(self, inputs: Tensor) -> Tensor:
        return self.fc2(self.fc1(inputs) + inputs[:, :3])


class Skipped(TwoLayers):
    """Adds an input to its outputs."""

    def forward(self, inputs: Tensor) -> Tensor:
        return super().forward(inputs) + inputs[:, :1]


class Returned(TwoLayers):
    """Gives its inputs back, and looks at their size behind its layers."""

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        return super().forward(inputs).view(inputs.size(0), -1).to(inputs.dtype), inputs


class Branching(TwoLayers):
    """Looks at its inputs before it says which layer they go to."""

    def forward(self, inputs: Tensor) -> Tensor:
        return super().forward(inputs if inputs.sum() > 0 else -inputs)


class Listed(nn.Module):
    """Holds a list alone, of layers that it runs backwards."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([SpectralLinear(3, 2), nn.Tanh(), SpectralLinear(4, 3)])

    def forward(self, inputs: Tensor, mask: Tensor | None = None, scaled: bool = False) -> Tensor:
        if mask is not None:
            inputs = self.layers[0](inputs) * mask
        for layer in reversed(self.layers):
            inputs = layer(inputs * inputs.shape[0] if scaled else inputs)
        return inputs


class Gated(nn.Module):
    """One spectral layer, behind weights of the module itself."""

    def __init__(self) -> None:
        super().__init__()
        self.mixing = nn.Parameter(torch.eye(4))
        self.layer = SpectralLinear(4, 2)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layer(inputs @ self.mixing.T)


class Tempered(Gated):
    """One spectral layer, before weights of the module itself."""

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layer(inputs) * self.mixing.mean()


class Around(nn.Module):
    """Holds a network of this package beside a layer."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(2, 2)
        self.network = SpectralMLP(4, 2, hidden=(3,))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.last(self.network(inputs))


class Backwards(nn.Sequential):
    """Runs its layers from the last to the first."""

    def forward(self, inputs: Tensor) -> Tensor:
        for layer in reversed(self):
            inputs = layer(inputs)
        return inputs


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (SpectralLinear(4, 2), ""),
        (SpectralMLP(4, 2, hidden=(3,)), "first"),
        (Ensemble(lambda: SpectralMLP(4, 2, hidden=(3,)), [0, 1]), "network.first"),
        (Ensemble(lambda: SpectralLinear(4, 2), [0, 1]), "network"),
        (SpectralClassifier(4, 2), "ensemble.network.first"),
        (nn.Sequential(SpectralLinear(4, 3), nn.ReLU(), SpectralLinear(3, 2)), "0"),
        (nn.Sequential(nn.Flatten(), nn.Sequential(nn.Dropout(), SpectralLinear(4, 3))), "1.1"),
        (TwoLayers(), "fc1"),
        (TwoLayers(in_order=False), "fc1"),
        (TwoLayers("stem", "first", in_order=False), "stem"),
        (Ensemble(TwoLayers, [0, 1]), "network.fc1"),
        (nn.Sequential(TwoLayers(in_order=False), nn.Linear(2, 2)), "0.fc1"),
        (Backwards(SpectralLinear(3, 2), SpectralLinear(4, 3)), "1"),
        (Listed(), "layers.2"),
        (Tempered(), "layer"),
        (Returned(), "fc1"),
        (Around(), "network.first"),
    ],
)
def test_the_layer_that_the_inputs_meet_first_is_found(model: nn.Module, name: str) -> None:
    assert first_spectral_layer(model) is model.get_submodule(name)
    assert torch.equal(relevance(model), first_spectral_layer(model).relevance())


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (nn.Sequential(nn.Linear(4, 3), nn.ReLU(), SpectralLinear(3, 2)), "meet a Linear first"),
        (nn.Sequential(nn.LayerNorm(4), SpectralLinear(4, 2)), "meet a LayerNorm first"),
        (
            nn.Sequential(OrderedDict(before=nn.Linear(4, 3), first=SpectralLinear(3, 2))),
            "meet a Linear first",
        ),
        (HalfWay(), "which layer the inputs of HalfWay meet first cannot be seen"),
        (Skipped(), "which layer the inputs of Skipped meet first cannot be seen"),
        (Branching(), "which layer the inputs of Branching meet first cannot be seen"),
        (nn.Sequential(Branching()), "which layer the inputs of Branching meet first"),
        (nn.ModuleList([SpectralLinear(3, 2), SpectralLinear(4, 3)]), "inputs of ModuleList meet"),
        (Gated(), "inputs of Gated meet first cannot be seen"),
    ],
)
def test_what_cannot_be_told_is_refused_until_a_layer_is_named(
    model: nn.Module, message: str
) -> None:
    names = [name for name, module in model.named_modules() if isinstance(module, SpectralLinear)]
    with pytest.raises(ValueError, match=message) as error:
        first_spectral_layer(model)
    assert str(error.value).endswith(f"name the spectral layer to take, one of {names}")
    for name in names:
        assert first_spectral_layer(model, name) is model.get_submodule(name)
        assert torch.equal(relevance(model, name), first_spectral_layer(model, name).relevance())


def test_a_model_without_spectral_layer_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^Linear has no SpectralLinear$"):
        relevance(nn.Linear(2, 2))


@pytest.mark.parametrize("name", ["1", "2", 0])
def test_a_name_of_no_spectral_layer_is_refused(name: str) -> None:
    model = nn.Sequential(SpectralLinear(4, 3), nn.ReLU())
    with pytest.raises(ValueError, match=rf"name is {name!r}, but must be one of \['0'\]"):
        first_spectral_layer(model, name)


class Bench(nn.Module):
    """A trunk, frozen or not, and a spectral layer, in an order that cannot be seen."""

    def __init__(self, *, frozen: bool) -> None:
        super().__init__()
        self.layer = SpectralLinear(3, 2)
        self.trunk = nn.Linear(4, 3).requires_grad_(not frozen)


def test_a_frozen_trunk_does_not_count_beside_what_is_trained() -> None:
    model = Bench(frozen=True)
    assert first_spectral_layer(model) is model.layer
    assert first_spectral_layer(nn.Sequential(model.trunk, model.layer)) is model.layer
    with pytest.raises(ValueError, match="which layer the inputs of Bench meet first cannot be"):
        first_spectral_layer(Bench(frozen=False))


def test_a_frozen_spectral_layer_counts() -> None:
    frozen = SpectralLinear(4, 3).requires_grad_(False)
    head = SpectralLinear(3, 2)
    assert first_spectral_layer(nn.Sequential(frozen, nn.ReLU(), head)) is frozen
    assert first_spectral_layer(nn.Sequential(frozen, head.requires_grad_(False))) is frozen


def test_of_what_is_frozen_altogether_the_trunk_counts() -> None:
    """Nobody can tell a frozen trunk from a layer that was trained and frozen."""
    model = Bench(frozen=True).requires_grad_(False)
    with pytest.raises(ValueError, match="the inputs of Sequential meet a Linear first"):
        first_spectral_layer(nn.Sequential(model.trunk, model.layer))


def test_a_search_follows_what_is_frozen_and_what_is_replaced() -> None:
    model = nn.Sequential(TwoLayers(), nn.Flatten())
    network = model[0]
    assert first_spectral_layer(model) is network.fc1
    network.fc1 = nn.Linear(5, 3)
    with pytest.raises(ValueError, match="the inputs of Sequential meet a Linear first"):
        first_spectral_layer(model)
    network.fc1.requires_grad_(False)
    assert first_spectral_layer(model) is network.fc2


class Remembering(TwoLayers):
    """Counts its runs, keeps what it computed and draws random numbers."""

    runs = 0
    noise: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("noise", torch.zeros(3))
        self.kept: list[Tensor] = []

    def forward(self, inputs: Tensor) -> Tensor:
        type(self).runs += 1
        self.own_runs = 1
        self.kept.append(inputs)
        self.noise += 1
        self.noise.add_(1)
        self.nodes = self.fc1(inputs) + torch.rand(3)
        return self.fc2(self.nodes)


def test_a_search_leaves_no_trace_and_runs_once() -> None:
    model = Remembering()
    random = torch.get_rng_state()
    for _ in range(3):
        assert first_spectral_layer(model) is model.fc1
    assert Remembering.runs == 1
    assert not hasattr(model, "own_runs")
    assert not hasattr(model, "nodes")
    assert model.kept == []
    assert torch.equal(model.noise, torch.zeros(3))
    assert torch.equal(torch.get_rng_state(), random)


def test_a_search_within_what_is_compiled_is_refused_until_a_layer_is_named() -> None:
    model = TwoLayers()

    def loss(inputs: Tensor, name: str | None) -> Tensor:
        return model(inputs).sum() + penalty(model, 1.0, 1.0, name)

    inputs = torch.randn(4, 5)
    compiled = torch.compile(loss, backend="eager")
    assert torch.allclose(compiled(inputs, "fc1"), loss(inputs, None))
    with pytest.raises(ValueError, match="cannot be seen: name the spectral layer to take"):
        compiled(inputs, None)
