"""The layer in the place of torch.nn.Linear: its weights, its states, its mixed precision."""

import copy
import io
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import prune

from spectral import Ensemble, SpectralLinear

N, M = 7, 4


def random_layer(bias: bool = True) -> SpectralLinear:
    layer = SpectralLinear(N, M, bias, train_eigenvalues_out=True, dtype=torch.float64)
    for parameter in layer.parameters():
        nn.init.normal_(parameter)
    return layer


@pytest.mark.parametrize("bias", [True, False])
def test_from_linear_and_to_linear_keep_the_function(bias: bool) -> None:
    linear = nn.Linear(N, M, bias=bias).double()
    inputs = torch.randn(3, 5, N, dtype=torch.float64)
    layer = SpectralLinear.from_linear(linear)
    assert torch.equal(layer(inputs), linear(inputs))
    assert torch.equal(layer.to_linear()(inputs), linear(inputs))
    spectral = random_layer(bias)
    assert torch.equal(spectral.to_linear()(inputs), spectral(inputs))


def test_from_linear_draws_no_random_numbers_and_keeps_what_is_frozen() -> None:
    linear = nn.Linear(N, M).eval()
    linear.weight.requires_grad_(False)
    state = torch.get_rng_state()
    layer = SpectralLinear.from_linear(linear)
    layer.to_linear()
    assert torch.equal(torch.get_rng_state(), state)
    assert [name for name, p in layer.named_parameters() if p.requires_grad] == ["bias"]
    assert not layer.training


class Nested(nn.Module):
    """A layer inside a model inside a model."""

    def __init__(self, kind: type[nn.Module]) -> None:
        super().__init__()
        self.body = nn.Sequential(kind(N, M), nn.ReLU(), kind(M, 2))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.body(inputs)


@pytest.mark.parametrize("assign", [True, False])
def test_the_state_of_a_model_of_linear_layers_loads(assign: bool) -> None:
    linear, spectral = Nested(nn.Linear), Nested(SpectralLinear)
    for parameter in spectral.parameters():
        nn.init.normal_(parameter)
    state = linear.state_dict()
    names = list(state)
    spectral.load_state_dict(state, assign=assign)
    assert list(state) == names
    inputs = torch.randn(5, N)
    assert torch.allclose(spectral(inputs), linear(inputs))
    assert not spectral.body[0].eigenvalues_out.requires_grad
    spectral.load_state_dict(spectral.state_dict())


def test_the_states_of_many_seeds_of_linear_layers_load() -> None:
    linear = Ensemble(lambda: Nested(nn.Linear), [0, 1])
    spectral = Ensemble(lambda: Nested(SpectralLinear), [0, 1])
    spectral.load_state_dict(linear.state_dict())
    inputs = torch.randn(2, 5, N)
    assert torch.allclose(spectral(inputs), linear(inputs), atol=1e-6)


def test_a_state_of_other_sizes_is_refused() -> None:
    with pytest.raises(RuntimeError, match="size mismatch for eigenvectors"):
        SpectralLinear(N, M).load_state_dict(nn.Linear(N + 1, M).state_dict())


def add_one(weight: Tensor) -> None:
    weight += 1


@pytest.mark.parametrize(
    "change",
    [
        nn.init.xavier_uniform_,
        nn.init.zeros_,
        nn.init.trunc_normal_,
        nn.init.orthogonal_,
        lambda weight: nn.init.constant_(weight, 1.0),
        lambda weight: weight.data.fill_(1.0),
        lambda weight: weight.data.copy_(torch.ones(M, N)),
        lambda weight: weight.copy_(torch.ones(M, N)),
        lambda weight: weight.__setitem__(0, 1.0),
        lambda weight: setattr(weight, "data", torch.ones(M, N)),
        lambda weight: torch.add(torch.ones(M, N), 1.0, out=weight),
        lambda weight: weight.requires_grad_(False),
        lambda weight: weight[0].zero_(),
        lambda weight: weight[:, 1:][0].fill_(1.0),
        lambda weight: weight.data[0].zero_(),
        lambda weight: weight.T.zero_(),
        lambda weight: weight.view(-1).fill_(1.0),
        add_one,
    ],
)
def test_a_change_of_the_computed_weight_is_refused(change: Callable[[Tensor], Any]) -> None:
    layer = SpectralLinear(N, M)
    with (
        torch.no_grad(),
        pytest.raises(RuntimeError, match="change a copy: the weight is computed"),
    ):
        change(layer.weight)


@pytest.mark.parametrize("value", [torch.ones(M, N), nn.Parameter(torch.ones(M, N))])
def test_setting_the_weight_is_refused(value: Tensor) -> None:
    with pytest.raises(AttributeError, match="weight cannot be set: the weight is computed from"):
        SpectralLinear(N, M).weight = value  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [
        lambda layer: layer.register_parameter("weight", nn.Parameter(torch.ones(M, N))),
        lambda layer: prune.l1_unstructured(layer, "weight", 0.5),
    ],
)
def test_a_parameter_in_the_place_of_the_weight_is_refused(
    change: Callable[[SpectralLinear], Any],
) -> None:
    layer = SpectralLinear(N, M)
    with pytest.raises(AttributeError, match="cannot be registered: the weight is computed from"):
        change(layer)
    assert layer(torch.ones(2, N)).shape == (2, M)


def test_the_arguments_of_a_linear_layer_mean_the_same() -> None:
    given = (N, M, False, "cpu", torch.float64)
    layer, linear = SpectralLinear(*given), nn.Linear(*given)
    assert layer.bias is None
    assert layer.weight.dtype == linear.weight.dtype
    assert layer.weight.device == linear.weight.device


def test_the_computed_weight_serves_as_any_tensor() -> None:
    layer = random_layer()
    ordinary = layer.eigenvectors * (layer.eigenvalues_in - layer.eigenvalues_out[:, None])
    other = torch.empty_like(ordinary)
    with torch.no_grad():
        other.copy_(layer.weight)
    stored = io.BytesIO()
    torch.save({"weight": layer.weight.data}, stored)
    stored.seek(0)
    chosen = layer.weight[list(range(M))]
    chosen -= 0  # an index of numbers copies
    copies = [other, chosen, copy.deepcopy(layer.weight.data), torch.load(stored)["weight"]]
    for same in (*copies, layer.weight + 0, layer.weight.detach(), torch.stack([layer.weight])[0]):
        assert type(same) is Tensor
        assert torch.equal(same, ordinary)
    gradients = torch.autograd.grad(layer.weight.square().sum(), layer.eigenvectors)
    assert torch.equal(
        *gradients, *torch.autograd.grad(ordinary.square().sum(), layer.eigenvectors)
    )
    inputs = torch.randn(5, N, dtype=torch.float64)
    assert torch.allclose(torch.vmap(lambda own: layer.weight @ own)(inputs), inputs @ ordinary.T)
    compiled = torch.compile(lambda own: own @ layer.weight.T, backend="eager", fullgraph=True)
    assert torch.allclose(compiled(inputs), inputs @ ordinary.T)


@pytest.mark.parametrize("bias", [True, False])
def test_one_and_many_seeds_have_one_type_in_mixed_precision(bias: bool) -> None:
    many = Ensemble(lambda: SpectralLinear(N, M, bias), [0, 1])
    inputs = torch.randn(2, 5, N)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outputs, own = many(inputs), many.member(1)(inputs[1])
    assert outputs.dtype == own.dtype == torch.bfloat16
    assert torch.allclose(outputs[1], own, atol=0.05)
