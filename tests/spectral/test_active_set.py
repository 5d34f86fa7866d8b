"""Inputs that rest: a narrower layer trains as the whole one would with those inputs frozen."""

from collections.abc import Callable
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from spectral import Ensemble, SpectralLinear
from spectral.screening.active_set import ActiveSet

ACTIVE, RESTING = torch.tensor([0, 3, 4]), torch.tensor([1, 2])


def network(seeds: int) -> nn.Module:
    torch.manual_seed(0)

    def build() -> nn.Module:
        return nn.Sequential(SpectralLinear(5, 4), nn.Tanh(), SpectralLinear(4, 1))

    return Ensemble(build, range(seeds)) if seeds > 1 else build()


def first_of(model: nn.Module) -> SpectralLinear:
    return next(module for module in model.modules() if isinstance(module, SpectralLinear))


def steps(model: nn.Module, optimiser: Optimizer, inputs: list[Tensor]) -> None:
    for batch in inputs:
        optimiser.zero_grad()
        model(batch).square().sum().backward()
        optimiser.step()


def by_input(layer: SpectralLinear, optimiser: Optimizer) -> list[Tensor]:
    """Everything that has a number for every weight or input."""
    parameters = (layer.eigenvalues_in, layer.eigenvectors)
    remembered = [
        value
        for parameter in parameters
        for value in optimiser.state[parameter].values()
        if isinstance(value, Tensor) and value.shape == parameter.shape
    ]
    return [*(parameter.data for parameter in parameters), *remembered]


def frozen_steps(model: nn.Module, optimiser: Optimizer, inputs: list[Tensor]) -> None:
    """Steps after each of which the resting inputs are as they were; their inputs are 0."""
    before = [tensor[..., RESTING].clone() for tensor in by_input(first_of(model), optimiser)]
    for batch in inputs:
        seen = torch.zeros_like(batch)
        seen[..., ACTIVE] = batch[..., ACTIVE]
        steps(model, optimiser, [seen])
        for tensor, values in zip(by_input(first_of(model), optimiser), before, strict=True):
            tensor[..., RESTING] = values


@pytest.mark.parametrize("seeds", [1, 2])
@pytest.mark.parametrize(
    "make",
    [
        lambda parameters: torch.optim.Adam(parameters, lr=0.01, fused=True),
        lambda parameters: torch.optim.AdamW(parameters, lr=0.01, amsgrad=True),
        lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
        lambda parameters: torch.optim.RMSprop(parameters, lr=0.01),
    ],
)
def test_the_active_inputs_train_as_if_the_others_were_frozen(
    make: Callable[[Any], Optimizer], seeds: int
) -> None:
    inputs = list(torch.randn(9, 8, 5))
    narrow, whole = network(seeds), network(seeds)
    whole.load_state_dict(narrow.state_dict())
    ours, other = make(narrow.parameters()), make(whole.parameters())
    for model, optimiser in ((narrow, ours), (whole, other)):
        steps(model, optimiser, inputs[:3])
    active = ActiveSet(first_of(narrow), [ours])
    active.take(ACTIVE)
    assert first_of(narrow).relevance().shape[-1] == len(ACTIVE)
    steps(narrow, ours, [batch[..., ACTIVE] for batch in inputs[3:6]])
    active.restore()
    frozen_steps(whole, other, inputs[3:6])
    for model, optimiser in ((narrow, ours), (whole, other)):
        steps(model, optimiser, inputs[6:])
    for one, two in zip(
        by_input(first_of(narrow), ours), by_input(first_of(whole), other), strict=True
    ):
        assert torch.allclose(one, two, atol=1e-6)
    assert torch.allclose(narrow(inputs[0]), whole(inputs[0]), atol=1e-6)


def test_nothing_is_lost_on_the_way() -> None:
    """Values and gradients, in the midst of accumulation; the optimiser keeps its groups."""
    model = network(2)
    layer = first_of(model)
    optimiser = torch.optim.Adam(model.parameters())
    steps(model, optimiser, list(torch.randn(2, 8, 5)))
    before = [tensor.clone() for tensor in by_input(layer, optimiser)]
    gradients = [parameter.grad for parameter in model.parameters()]
    active = ActiveSet(layer, [optimiser])
    for chosen in (ACTIVE, torch.tensor([1]), ACTIVE):
        active.take(chosen)
        assert active.active.tolist() == chosen.tolist()
        assert {each.shape[-1] for each in by_input(layer, optimiser)} == {len(chosen)}
    active.restore()
    assert active.active.tolist() == [0, 1, 2, 3, 4]
    assert layer.in_features == 5
    for now, then in zip(by_input(layer, optimiser), before, strict=True):
        assert torch.equal(now, then)
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        assert (parameter.grad is None) == (gradient is None)
        assert gradient is None or torch.equal(cast(Tensor, parameter.grad), gradient)
    (group,) = optimiser.param_groups
    for held, own in zip(group["params"], model.parameters(), strict=True):
        assert held is own
    assert len(optimiser.state) == len(gradients) - 2  # eigenvalues of output nodes are frozen


def test_an_optimiser_that_starts_later_remembers_nothing_of_what_rests() -> None:
    model = network(1)
    optimiser = torch.optim.Adam(model.parameters())
    active = ActiveSet(first_of(model), [optimiser])
    active.take(ACTIVE)
    steps(model, optimiser, [torch.randn(8, 3)])
    active.restore()
    moments = optimiser.state[first_of(model).eigenvectors]["exp_avg_sq"]
    assert (moments[:, ACTIVE] > 0).any()
    assert not moments[:, RESTING].any()
    steps(model, optimiser, [torch.randn(8, 5)])
