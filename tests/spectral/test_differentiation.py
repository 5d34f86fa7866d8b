"""Network and ensemble under torch's own ways to differentiate, to compile and to export."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.autograd import gradcheck, gradgradcheck
from torch.func import functional_call, jacrev, vmap

from spectral import Ensemble, SpectralLinear, SpectralMLP
from spectral.activation import Activation

Model = tuple[nn.Module, Tensor]


def network(
    activation: Activation = "tanh", dropout: float = 0.0, trained: bool = False
) -> SpectralMLP:
    """A small network whose parameters are all away from their starting values."""
    built = SpectralMLP(4, 2, hidden=(3, 3), activation=activation, dropout=dropout)
    for module in built.modules():
        if isinstance(module, SpectralLinear):
            module.eigenvalues_out.requires_grad_(trained)
    for parameter in built.parameters():
        nn.init.normal_(parameter, mean=0.5)
    return built


def alone(**options: bool) -> Model:
    torch.manual_seed(0)
    return network(**options), torch.randn(6, 4)  # type: ignore[arg-type]


def ensemble(**options: bool) -> Model:
    return Ensemble(lambda: network(**options), [0, 1]), torch.randn(2, 6, 4)  # type: ignore[arg-type]


def dropping() -> Model:
    model = Ensemble(lambda: network(dropout=0.5), [0, 1])
    model.start_epoch(0)
    return model, torch.randn(2, 6, 4)


def mixed() -> Model:
    def build() -> nn.Module:
        return nn.Sequential(SpectralLinear(4, 3), nn.Tanh(), nn.Linear(3, 2))

    return Ensemble(build, [0, 1]), torch.randn(2, 6, 4)


MODELS: list[Callable[[], Model]] = [alone, ensemble, dropping, mixed]


def twice(make: Callable[[], Model], training: bool) -> tuple[nn.Module, nn.Module, Tensor]:
    """Two models that are the same, and their inputs."""
    (model, inputs), (same, _) = make(), make()
    return model.train(training), same.train(training), inputs


every_model = pytest.mark.parametrize("make", MODELS)
in_both_modes = pytest.mark.parametrize("training", [True, False])


@in_both_modes
@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize("make", [alone, ensemble])
def test_first_and_second_derivatives_are_right(
    make: Callable[..., Model], trained: bool, training: bool
) -> None:
    """Of the ensemble along random directions: number by number it takes long."""
    model, inputs = make(trained=trained)
    model.double().train(training)
    names, values = zip(
        *((name, p) for name, p in model.named_parameters() if p.requires_grad), strict=True
    )
    assert any("eigenvalues_out" in name for name in names) == trained

    def function(inputs: Tensor, *parameters: Tensor) -> Tensor:
        buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
        return functional_call(model, dict(zip(names, parameters, strict=True)) | buffers, inputs)

    arguments = inputs.double().requires_grad_(), *values
    assert gradcheck(function, arguments, fast_mode=make is ensemble)
    assert gradgradcheck(function, arguments, fast_mode=True)


@in_both_modes
@every_model
def test_jacobians_equal_those_of_autograd(make: Callable[[], Model], training: bool) -> None:
    model, same, inputs = twice(make, training)
    expected = torch.autograd.functional.jacobian(same, inputs)
    assert torch.allclose(jacrev(model)(inputs), expected, atol=1e-5)


@every_model
def test_vmap_over_batches_equals_a_loop(make: Callable[[], Model]) -> None:
    model, inputs = make()
    model.eval()
    batches = torch.stack([inputs, 2 * inputs, -inputs])
    expected = torch.stack([model(batch) for batch in batches])
    assert torch.allclose(vmap(model)(batches), expected, atol=1e-5)


@in_both_modes
@every_model
def test_compiling_keeps_outputs_and_gradients(make: Callable[[], Model], training: bool) -> None:
    """By the backend that traces the backward, too; generating code is torch's affair."""
    torch.compiler.reset()
    model, same, inputs = twice(make, training)
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    for _ in range(2):
        outputs, expected = compiled(inputs), same(inputs)
        assert torch.allclose(outputs, expected, atol=1e-5)
    outputs.square().sum().backward()
    expected.square().sum().backward()
    for own, other in zip(model.parameters(), same.parameters(), strict=True):
        if other.grad is not None:
            assert own.grad is not None
            assert torch.allclose(own.grad, other.grad, rtol=1e-3, atol=1e-4)
    for buffer, statistics in zip(model.buffers(), same.buffers(), strict=True):
        assert torch.allclose(buffer, statistics, atol=1e-5)


@in_both_modes
@every_model
def test_an_exported_model_takes_any_batch(make: Callable[[], Model], training: bool) -> None:
    model, same, inputs = twice(make, training)
    batch = {inputs.dim() - 2: torch.export.Dim("batch", min=2)}
    exported = torch.export.export(model, (inputs,), dynamic_shapes=(batch,)).module()
    more = torch.cat([inputs, -inputs], dim=-2)
    assert torch.allclose(exported(more), same(more), atol=1e-5)
