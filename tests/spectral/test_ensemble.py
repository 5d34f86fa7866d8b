"""Seeds side by side against the same seeds one by one."""

import copy
from collections.abc import Sequence

import pytest
import torch
from torch import nn

from spectral import Ensemble, SpectralMLP
from spectral.seeded_order import SeededOrder


def build() -> SpectralMLP:
    return SpectralMLP(6, 3, hidden=(5, 4))


def test_seed_starts_from_the_same_parameters_alone_and_in_company() -> None:
    together = Ensemble(build, [3, 1, 7]).member(7).state_dict()
    alone = Ensemble(build, [7]).member(7).state_dict()
    torch.manual_seed(7)
    ordinary = build().state_dict()
    for name in ordinary:
        assert torch.equal(together[name], alone[name])
        assert torch.equal(together[name], ordinary[name])


def test_batch_order_of_a_seed_is_the_same_alone_and_in_company() -> None:
    together, alone = SeededOrder(50, 20, [3, 1, 7]), SeededOrder(50, 20, [7])
    for epoch in (0, 4):
        together.set_epoch(epoch)
        alone.set_epoch(epoch)
        batches = list(zip(together, alone, strict=True))
        assert all(torch.equal(a[2], b[0]) for a, b in batches)
        seen = torch.cat([a[2] for a, _ in batches])
        assert sorted(seen.tolist()) == list(range(50))
    assert not torch.equal(next(iter(together))[0], next(iter(together))[1])


def test_outputs_and_gradients_equal_those_of_the_members() -> None:
    ensemble = Ensemble(build, [0, 5])
    inputs = torch.randn(2, 16, 6)
    members = [ensemble.member(seed) for seed in (0, 5)]
    outputs = ensemble(inputs)
    outputs.square().sum().backward()
    for position, member in enumerate(members):
        own = member(inputs[position])
        assert torch.allclose(outputs[position], own, atol=1e-6)
        own.square().sum().backward()
        for name, parameter in member.named_parameters():
            if parameter.requires_grad:
                gradient = ensemble.network.get_parameter(name).grad
                assert gradient is not None
                assert parameter.grad is not None
                assert torch.allclose(gradient[position], parameter.grad, rtol=1e-3, atol=1e-4)


def test_one_batch_serves_all_seeds() -> None:
    ensemble = Ensemble(build, [0, 1, 2]).eval()
    inputs = torch.randn(4, 6)
    assert torch.allclose(ensemble(inputs)[2], ensemble.member(2)(inputs), atol=1e-6)


@pytest.mark.parametrize(
    ("seeds", "message"),
    [([], "seeds is empty"), ([1, -2], r"seeds\[1\] is -2"), ([1, 1], "not all different")],
)
def test_wrong_seeds_are_refused(seeds: Sequence[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Ensemble(build, seeds)


def test_inputs_for_another_number_of_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 4, 6\), but an ensemble of 2 seeds"):
        Ensemble(build, [0, 1])(torch.randn(3, 4, 6))


def test_an_unknown_member_is_refused() -> None:
    with pytest.raises(ValueError, match=r"seed 4 is not one of \[0, 1\]"):
        Ensemble(build, [0, 1]).member(4)


def test_building_and_passing_leave_the_random_numbers_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    ensemble = Ensemble(lambda: nn.Sequential(nn.Linear(6, 3), nn.Dropout(0.5)), [0, 1])
    ensemble.start_epoch(0)
    ensemble(torch.randn(2, 4, 6, generator=torch.Generator()))
    assert torch.equal(torch.rand(3), expected)


def test_building_seeds_no_gpu_that_is_not_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    seeded: list[int] = []
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    Ensemble(build, [0, 1])
    assert not seeded


def test_the_state_of_other_seeds_is_refused() -> None:
    state = Ensemble(build, [0, 1]).state_dict()
    same, others = Ensemble(build, [0, 1]), Ensemble(build, [1, 0])
    same.load_state_dict(state)
    before = copy.deepcopy(others.network.state_dict())
    with pytest.raises(ValueError, match=r"of the seeds \[0, 1\], but .* has the seeds \[1, 0\]"):
        others.load_state_dict(state)
    for name, values in others.network.state_dict().items():
        assert torch.equal(values, before[name])
