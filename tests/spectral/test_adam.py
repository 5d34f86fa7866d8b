"""Adam's steps without an Optimizer: to the bit those of torch's."""

import torch
from torch import Tensor

from spectral import SpectralMLP
from spectral.selection.adam import Adam
from spectral.weight_decay import groups_with_decay

INPUTS = torch.randn(40, 6, generator=torch.Generator().manual_seed(0))
RATES = (0.03, 0.03, 0.02, 0.01)


def network() -> SpectralMLP:
    torch.manual_seed(1)
    return SpectralMLP(6, 1, hidden=(5, 4))


def loss_of(model: SpectralMLP) -> Tensor:
    return (model(INPUTS) - INPUTS[:, :1]).square().mean()


def test_steps_are_those_of_torch() -> None:
    ours, theirs = network(), network()
    optimiser = Adam(groups_with_decay(ours.parameters(), ours.first, 0.1, 0.2))
    groups = groups_with_decay(theirs.parameters(), theirs.first, 0.1, 0.2)
    reference = torch.optim.Adam(groups, eps=1e-7, fused=True)
    for rate in RATES:
        optimiser.step(loss_of(ours), rate)
        for group in reference.param_groups:
            group["lr"] = rate
        reference.zero_grad()
        loss_of(theirs).backward()
        reference.step()
    for found, expected in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(found, expected)
    assert not torch.equal(ours.first.eigenvectors, network().first.eigenvectors)


def test_a_frozen_parameter_stays_as_it_is() -> None:
    model = network()
    model.first.eigenvectors.requires_grad_(False)
    Adam([{"params": model.parameters()}]).step(loss_of(model), 0.1)
    assert torch.equal(model.first.eigenvectors, network().first.eigenvectors)
    assert not torch.equal(model.first.eigenvalues_in, network().first.eigenvalues_in)
