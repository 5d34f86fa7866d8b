"""Which layer is taken, and where the search says that it cannot tell."""

from collections import OrderedDict

import pytest
import torch
from torch import Tensor, nn

from spectral import Ensemble, SpectralClassifier, SpectralLinear, SpectralMLP, relevance
from spectral.first_layer import first_spectral_layer


class HeadBeforeFirst(nn.Module):
    """Registers its layers in another order than it runs them."""

    def __init__(self, first: str) -> None:
        super().__init__()
        self.head = SpectralLinear(3, 2)
        self.add_module(first, SpectralLinear(5, 3))


class FirstBeforeHead(nn.Module):
    """Tells which layer is the first by its name and its place."""

    def __init__(self) -> None:
        super().__init__()
        self.first = SpectralLinear(5, 3)
        self.head = SpectralLinear(3, 2)


class Gated(nn.Module):
    """One spectral layer, behind weights of the module itself."""

    def __init__(self) -> None:
        super().__init__()
        self.mixing = nn.Parameter(torch.eye(4))
        self.layer = SpectralLinear(4, 2)


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
        (FirstBeforeHead(), "first"),
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
        (HeadBeforeFirst("early"), "the order in which HeadBeforeFirst runs its layers cannot be"),
        (HeadBeforeFirst("first"), "the order in which HeadBeforeFirst runs its layers cannot be"),
        (nn.Sequential(HeadBeforeFirst("early")), "in which HeadBeforeFirst runs its layers"),
        (nn.ModuleList([SpectralLinear(3, 2), SpectralLinear(4, 3)]), "in which ModuleList runs"),
        (Backwards(SpectralLinear(3, 2), SpectralLinear(4, 3)), "in which Backwards runs"),
        (Gated(), "in which Gated runs"),
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
    with pytest.raises(ValueError, match="the order in which Bench runs its layers cannot be seen"):
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
