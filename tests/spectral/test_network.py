"""The network, its normalisation and its dropout against torch's own layers."""

import pytest
import torch
from torch import nn

from spectral import SpectralMLP
from spectral.activation import Tanh
from spectral.batch_norm import BatchNorm
from spectral.dropout import Dropout


def test_network_equals_one_of_torch_layers() -> None:
    torch.manual_seed(0)
    network = SpectralMLP(6, 3, hidden=(5, 4, 3), activation="tanh")
    normalisation = nn.BatchNorm1d(5, eps=1e-3, momentum=0.01)
    first, second, third = network.first, *network.hidden
    plain = nn.Sequential(
        first.to_linear(),
        nn.Tanh(),
        normalisation,
        second.to_linear(),  # type: ignore[operator]
        nn.ReLU(),
        third.to_linear(),  # type: ignore[operator]
        nn.ReLU(),
        network.last.to_linear(),
    )
    for _ in range(3):
        inputs = torch.randn(16, 6)
        assert torch.allclose(network(inputs), plain(inputs), atol=1e-6)
    assert torch.allclose(network.normalisation.running_var, normalisation.running_var)  # type: ignore[arg-type]
    network.eval()
    plain.eval()
    assert torch.allclose(network(inputs), plain(inputs), atol=1e-6)


def test_paper_sizes_are_the_default() -> None:
    network = SpectralMLP(784, 2)
    sizes = [network.first.out_features, *(layer.out_features for layer in network.hidden)]
    assert sizes == [100, 100, 50]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hidden": ()}, "hidden is empty"),
        ({"hidden": (3, 0)}, r"hidden\[1\] is 0"),
        ({"activation": "sine"}, "'sine', but must be 'tanh' or 'relu'"),
        ({"dropout": 1.0}, "dropout is 1.0"),
    ],
)
def test_wrong_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpectralMLP(4, 2, **options)


def test_stacked_batch_norm_normalises_every_seed_by_itself() -> None:
    torch.manual_seed(0)
    inputs = torch.randn(3, 20, 5) * torch.tensor([1.0, 2.0, 5.0])[:, None, None]
    alone = [nn.BatchNorm1d(5, eps=1e-3, momentum=0.01) for _ in range(3)]
    stacked = BatchNorm(5)
    for name in ("weight", "bias"):
        values = torch.stack([getattr(module, name).detach() for module in alone])
        setattr(stacked, name, nn.Parameter(values))
    stacked.running_mean, stacked.running_var = torch.zeros(3, 5), torch.ones(3, 5)
    expected = torch.stack([module(batch) for module, batch in zip(alone, inputs, strict=True)])
    assert torch.allclose(stacked(inputs), expected, atol=1e-6)
    assert torch.allclose(stacked.running_mean[2], alone[2].running_mean)  # type: ignore[arg-type]
    stacked.eval()
    assert torch.allclose(stacked(inputs)[1], alone[1].eval()(inputs[1]), atol=1e-6)


def test_dropout_of_a_seed_is_the_same_in_any_company() -> None:
    inputs = torch.ones(3, 50, 10)
    together, alone = Dropout(0.2), Dropout(0.2)
    together.reseed([4, 7, 9], epoch=5)
    alone.reseed([7], epoch=5)
    assert torch.equal(together(inputs)[1], alone(inputs[:1])[0])
    alone.reseed([7], epoch=6)
    assert not torch.equal(together(inputs)[1], alone(inputs[:1])[0])


@pytest.mark.parametrize("reseeded", [True, False])
def test_dropout_keeps_the_mean_and_drops_its_share(reseeded: bool) -> None:
    torch.manual_seed(0)
    dropout = Dropout(0.3)
    if reseeded:
        dropout.reseed([0], epoch=0)
    outputs = dropout(torch.ones(1, 1000, 1000))
    assert (outputs == 0).float().mean().item() == pytest.approx(0.3, abs=0.003)
    assert outputs.mean().item() == pytest.approx(1, abs=0.005)
    kept = outputs[outputs != 0]
    assert torch.allclose(kept, torch.tensor(1 / 0.7))


def test_dropout_of_no_samples_is_no_samples() -> None:
    dropout = Dropout(0.2)
    dropout.reseed([0, 1], epoch=0)
    assert dropout(torch.ones(2, 0, 3)).shape == (2, 0, 3)


def test_dropout_is_silent_outside_training() -> None:
    dropout = Dropout(0.5).eval()
    inputs = torch.randn(4, 5)
    assert torch.equal(dropout(inputs), inputs)


def test_tanh_is_the_hyperbolic_tangent_with_its_gradient() -> None:
    inputs = torch.linspace(-20, 20, 2001, requires_grad=True)
    same = inputs.detach().clone().requires_grad_()
    outputs, expected = Tanh()(inputs), torch.tanh(same)
    assert torch.allclose(outputs, expected, atol=2e-7)
    for result in (outputs, expected):
        result.square().sum().backward()
    assert inputs.grad is not None
    assert same.grad is not None
    assert torch.allclose(inputs.grad, same.grad, atol=1e-6)


def test_batch_norm_has_the_gradients_of_torchs() -> None:
    torch.manual_seed(0)
    inputs = 3 + 2 * torch.randn(30, 5, dtype=torch.float64)
    weight = torch.randn_like(inputs)
    gradients = []
    for module in (BatchNorm(5).double(), nn.BatchNorm1d(5, eps=1e-3).double()):
        nn.init.constant_(module.weight, 1.5)
        nn.init.constant_(module.bias, -0.5)
        own = inputs.clone().requires_grad_()
        loss = (module(own) * weight).sum()
        gradients.append(torch.autograd.grad(loss, [own, *module.parameters()]))
    for ours, theirs in zip(*gradients, strict=True):
        assert torch.allclose(ours, theirs)


def test_a_batch_of_one_is_refused_in_training() -> None:
    with pytest.raises(ValueError, match="a batch of 1 has no variance"):
        BatchNorm(5)(torch.randn(1, 5))
