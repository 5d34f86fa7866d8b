"""The plain layer is an nn.Linear with a group lasso, in the loss or by proximal steps."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from reproduce.ablation.plain_layer import PlainLayerClassifier, shrink_columns

INPUTS, HIDDEN, STEPS = 5, (6, 4), 20


def classifier(**options: Any) -> PlainLayerClassifier:
    return PlainLayerClassifier(
        INPUTS,
        2,
        hidden=HIDDEN,
        activation="tanh",
        dropout=0.0,
        learning_rate=0.02,
        **options,
    )


def batches(steps: int = STEPS) -> list[tuple[Tensor, Tensor]]:
    random = torch.Generator().manual_seed(3)
    inputs = [torch.randn(30, INPUTS, generator=random) for _ in range(steps)]
    return [(each, (each[:, 0] > 0).long()) for each in inputs]


class PlainNetwork(nn.Module):
    """The network of the paper out of torch's own layers."""

    def __init__(self, like: PlainLayerClassifier, seed: int) -> None:
        super().__init__()
        member: Any = like.member(seed)
        self.first, self.hidden, self.last = (
            layer.to_linear() for layer in (member.first, member.hidden[0], member.last)
        )
        self.normalisation = nn.BatchNorm1d(HIDDEN[0], momentum=0.01, eps=1e-3)

    def forward(self, inputs: Tensor) -> Tensor:
        nodes = self.normalisation(self.first(inputs).tanh())
        return self.last(self.hidden(nodes).relu())


@pytest.mark.parametrize("strength", [0.0, 0.05])
def test_it_trains_as_a_plain_network_with_a_group_lasso_does(strength: float) -> None:
    module = classifier(strength=strength, seeds=[4, 9])
    plain = PlainNetwork(module, seed=9)
    optimiser = module.configure_optimizers()
    assert isinstance(optimiser, torch.optim.Adam)
    own = torch.optim.Adam(plain.parameters(), lr=0.02, eps=1e-7)
    # The hidden layers are spectral in the paper, λ trained: hold them, and compare the first.
    for name, parameter in module.ensemble.named_parameters():
        parameter.requires_grad_("first.eigenvectors" in name or "first.bias" in name)
    for layer in (plain.hidden, plain.last, plain.normalisation):
        layer.requires_grad_(False)
    for inputs, labels in batches():
        optimiser.zero_grad()
        module.training_step((inputs, labels), 0).backward()
        optimiser.step()
        own.zero_grad()
        loss = nn.functional.cross_entropy(plain(inputs), labels)
        (loss + strength * plain.first.weight.norm(dim=0).sum()).backward()
        own.step()
    assert torch.allclose(module.first.weight[1], plain.first.weight, atol=1e-4)
    assert torch.allclose(module.relevance()[1], plain.first.weight.norm(dim=0), atol=1e-4)
    assert (module.first.eigenvalues_in == 1).all()


@pytest.mark.parametrize("strength", [1e-3, 0.3])
def test_a_proximal_step_minimises_what_it_is_the_step_of(strength: float) -> None:
    """The penalty and the distance to where Adam went, in Adam's own scale of a column."""
    random = torch.Generator().manual_seed(0)
    weight = nn.Parameter(torch.randn(4, 3, generator=random))
    adam = torch.optim.Adam([weight], lr=0.05)
    for _ in range(3):
        weight.grad = torch.randn(4, 1, generator=random).abs().expand(4, 3) * torch.tensor(
            [1.0, 0.1, 1e-3]
        )
        adam.step()
    before = weight.detach().double().clone()
    state = adam.state[weight]
    scale = (state["exp_avg_sq"] / (1 - 0.999**3)).sqrt().add(1e-8).mean(0).double()
    shrink_columns(weight, adam, strength)

    def objective(columns: Tensor) -> Tensor:
        """Of each column by itself."""
        distance = scale * (columns - before).square().sum(-2) / (2 * 0.05)
        return distance + strength * columns.norm(dim=-2)

    reached = objective(weight.detach().double())
    around = torch.randn(500, 4, 3, generator=random, dtype=torch.double) * 0.01
    others = objective(weight.detach().double() + around)
    assert (others >= reached - 1e-9).all()
    assert (objective(before) >= reached).all()
    if strength == 0.3:
        assert (weight[:, 2] == 0).all(), "what is hardly moved by the loss falls silent"
        assert (weight[:, 0] != 0).any()


def test_a_silent_column_comes_back_when_the_loss_asks_for_it() -> None:
    weight = nn.Parameter(torch.zeros(3, 1))
    adam = torch.optim.Adam([weight], lr=0.1)
    for _ in range(5):
        weight.grad = torch.full((3, 1), 1.0)
        adam.step()
        shrink_columns(weight, adam, strength=0.5)
    assert np.all(weight.detach().numpy() < -0.01)
