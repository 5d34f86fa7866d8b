"""The layer against eq. A1-A4 built densely, and against torch.nn.Linear."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, fx, nn

from spectral import Ensemble, SpectralLinear

N, M = 7, 4


def random_layer(dtype: torch.dtype = torch.float64, bias: bool = True) -> SpectralLinear:
    torch.manual_seed(0)
    layer = SpectralLinear(N, M, bias, train_eigenvalues_out=True, dtype=dtype)
    for parameter in layer.parameters():
        nn.init.normal_(parameter)
    return layer


def dense(layer: SpectralLinear) -> tuple[Tensor, Tensor]:
    """Phi and Lambda, entry by entry from eq. A1 and A2."""
    phi = torch.zeros(N + M, N + M, dtype=torch.float64)
    eigenvalues = torch.zeros_like(phi)
    for node in range(N + M):
        phi[node, node] = 1
        if node < N:
            eigenvalues[node, node] = layer.eigenvalues_in[node].item()
            for output in range(M):
                phi[N + output, node] = layer.eigenvectors[output, node].item()
        else:
            eigenvalues[node, node] = layer.eigenvalues_out[node - N].item()
    return phi, eigenvalues


def test_inverse_of_the_eigenvectors_is_twice_the_identity_less_them() -> None:
    phi, _ = dense(random_layer())
    inverse = 2 * torch.eye(N + M, dtype=torch.float64) - phi
    assert torch.allclose(torch.linalg.inv(phi), inverse, rtol=0, atol=1e-10)


def test_weight_is_the_lower_left_block_of_the_adjacency_matrix() -> None:
    layer = random_layer()
    phi, eigenvalues = dense(layer)
    adjacency = phi @ eigenvalues @ torch.linalg.inv(phi)
    assert torch.allclose(layer.weight, adjacency[N:, :N], rtol=0, atol=1e-10)
    assert torch.allclose(layer.adjacency(), adjacency, rtol=0, atol=1e-10)


def test_eigenvalues_of_the_adjacency_matrix_are_those_of_the_layer() -> None:
    layer = random_layer()
    found = torch.linalg.eigvals(layer.adjacency()).real.sort().values
    expected = torch.cat([layer.eigenvalues_in, layer.eigenvalues_out]).sort().values
    assert torch.allclose(found, expected, atol=1e-8)


def test_decomposition_is_that_of_the_appendix() -> None:
    layer = random_layer()
    for found, expected in zip(layer.decomposition(), dense(layer), strict=True):
        assert torch.equal(found, expected)


def test_forward_follows_equation_a4() -> None:
    layer = random_layer()
    inputs = torch.randn(5, N, dtype=torch.float64)
    expected = torch.stack(
        [
            layer.bias[j]  # type: ignore[index]
            + sum(
                (layer.eigenvalues_in[i] - layer.eigenvalues_out[j])
                * layer.eigenvectors[j, i]
                * inputs[:, i]
                for i in range(N)
            )
            for j in range(M)
        ],
        dim=1,
    )
    assert torch.allclose(layer(inputs), expected, atol=1e-10)


def test_relevance_is_the_length_of_the_column_of_weights() -> None:
    layer = random_layer()
    columns = layer.adjacency()[N:, :N].T
    assert torch.allclose(layer.relevance(), torch.stack([column.norm() for column in columns]))
    assert not layer.relevance().requires_grad


def test_an_input_that_only_output_eigenvalues_use_is_relevant() -> None:
    layer = SpectralLinear(1, 1, train_eigenvalues_out=True)
    for parameter, value in ((layer.eigenvalues_in, 0), (layer.eigenvalues_out, 1)):
        nn.init.constant_(parameter, value)
    nn.init.constant_(layer.eigenvectors, 1)
    assert layer.weight.item() == -1
    assert layer.relevance().item() == 1


def test_relevance_is_the_rescaled_eigenvalue_where_output_eigenvalues_are_zero() -> None:
    layer = random_layer()
    nn.init.zeros_(layer.eigenvalues_out)
    lengths = layer.eigenvectors.square().sum(0).sqrt()
    assert torch.allclose(layer.relevance(), layer.eigenvalues_in.abs() * lengths)


def test_penalty_is_the_sum_of_the_squares_seed_by_seed() -> None:
    layer = random_layer()
    squares = [
        sum(x**2 for x in p.flatten().tolist()) for p in (layer.eigenvalues_in, layer.eigenvectors)
    ]
    expected = 0.3 * squares[0] + 0.7 * squares[1]
    assert layer.penalty(0.3, 0.7).item() == pytest.approx(expected)
    stacked = Ensemble(random_layer, [0, 1]).network
    assert isinstance(stacked, SpectralLinear)
    assert stacked.penalty(0.3, 0.7).tolist() == pytest.approx([expected, expected])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_in_half_precision_squares_do_not_overflow(dtype: torch.dtype) -> None:
    layer = SpectralLinear(2, 60_000).to(dtype)
    nn.init.constant_(layer.eigenvectors, 300.0)
    assert layer.relevance().tolist() == pytest.approx([300 * 60_000**0.5] * 2, rel=1e-2)
    penalty = layer.penalty(1.0, 0.5)
    assert penalty.item() == pytest.approx(2 + 0.5 * 2 * 60_000 * 300**2, rel=1e-2)
    (gradient,) = torch.autograd.grad(penalty, layer.eigenvectors)
    assert torch.equal(gradient, torch.full_like(layer.eigenvectors, 300.0))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_in_full_precision_no_value_is_cast(dtype: torch.dtype) -> None:
    layer = random_layer(dtype)
    lengths = torch.linalg.vector_norm(layer.weight.detach(), dim=-2)
    squares = [each.square().sum() for each in (layer.eigenvalues_in, layer.eigenvectors)]
    assert torch.equal(layer.relevance(), lengths)
    assert torch.equal(layer.penalty(0.3, 0.7), 0.3 * squares[0] + 0.7 * squares[1])


@pytest.mark.parametrize(("coefficient", "error"), [(-1.0, ValueError), ("1", TypeError)])
def test_a_penalty_of_no_size_is_refused(coefficient: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^eigenvector_penalty is .*, but must be a finite number"):
        SpectralLinear(N, M).penalty(0.0, coefficient)


def test_output_eigenvalues_are_frozen_zeros_unless_asked_for() -> None:
    frozen = SpectralLinear(N, M)
    assert not frozen.eigenvalues_out.requires_grad
    assert not frozen.eigenvalues_out.any()
    assert SpectralLinear(N, M, train_eigenvalues_out=True).eigenvalues_out.requires_grad


def test_state_dict_and_deepcopy_keep_the_function() -> None:
    layer, other = random_layer(), SpectralLinear(N, M, dtype=torch.float64)
    inputs = torch.randn(5, N, dtype=torch.float64)
    other.load_state_dict(layer.state_dict())
    assert torch.equal(other(inputs), layer(inputs))
    assert torch.equal(copy.deepcopy(layer)(inputs), layer(inputs))


def test_vmap_over_parameters_equals_a_loop() -> None:
    layers = [
        random_layer(),
        SpectralLinear(N, M, train_eigenvalues_out=True, dtype=torch.float64),
    ]
    inputs = torch.randn(2, 5, N, dtype=torch.float64)
    parameters, _ = torch.func.stack_module_state(layers)

    def call(parameters: dict[str, Tensor], inputs: Tensor) -> Tensor:
        return torch.func.functional_call(layers[0], parameters, inputs)

    outputs = torch.vmap(call)(parameters, inputs)
    for output, layer, batch in zip(outputs, layers, inputs, strict=True):
        assert torch.allclose(output, layer(batch))


def test_compile_and_export_keep_the_function() -> None:
    layer = random_layer(torch.float32)
    inputs = torch.randn(5, N)
    compiled = torch.compile(layer, backend="aot_eager", fullgraph=True)
    assert torch.allclose(compiled(inputs), layer(inputs))
    batch = {0: torch.export.Dim("batch")}
    exported = torch.export.export(layer, (inputs,), dynamic_shapes=(batch,)).module()
    more = torch.randn(9, N)
    assert torch.allclose(exported(more), layer(more))


class Tied(nn.Module):
    """Uses the weight of its layer a second time."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = random_layer(torch.float32)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layer(inputs) @ self.layer.weight


@pytest.mark.parametrize("build", [lambda: nn.Sequential(random_layer(torch.float32)), Tied])
def test_symbolic_and_jit_tracing_keep_the_function(build: Callable[[], nn.Module]) -> None:
    model, inputs, more = build(), torch.randn(5, N), torch.randn(9, N)
    symbolic = fx.symbolic_trace(model)
    for traced in (symbolic, torch.jit.trace(model, inputs)):
        assert torch.equal(traced(more), model(more))
    symbolic(inputs).sum().backward()  # the parameters are those of the model
    assert all(each.grad is not None for each in model.parameters())
    with pytest.raises(ValueError, match=r"have 5 features .* takes 7"):
        symbolic(torch.randn(2, 5))


def test_what_scripts_takes_the_ordinary_layer() -> None:
    layer, inputs = random_layer(torch.float32), torch.randn(5, N)
    model = nn.Sequential(layer, nn.ReLU())
    with pytest.raises(RuntimeError, match="as_subclass"):
        torch.jit.script(model)
    ordinary = copy.deepcopy(model)
    ordinary.set_submodule("0", layer.to_linear())
    assert torch.equal(torch.jit.script(ordinary)(inputs), model(inputs))


def test_device_and_dtype_can_be_changed() -> None:
    layer = SpectralLinear(N, M).to("meta", torch.float16)
    assert layer(torch.empty(5, N, device="meta", dtype=torch.float16)).shape == (5, M)
    assert {p.dtype for p in layer.parameters()} == {torch.float16}
    bfloat16 = random_layer(torch.float32).to(torch.bfloat16)
    assert bfloat16(torch.randn(5, N, dtype=torch.bfloat16)).dtype == torch.bfloat16


@pytest.mark.parametrize(("sizes", "message"), [((0, 3), "in_features is 0"), ((3, -1), "-1")])
def test_sizes_below_one_are_refused(sizes: tuple[int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpectralLinear(*sizes)


def test_a_batch_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match=r"have 5 features .* takes 7"):
        SpectralLinear(N, M)(torch.randn(2, 5))
