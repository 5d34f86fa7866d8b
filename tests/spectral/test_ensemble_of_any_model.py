"""Ensembles of networks with torch's own layers, against the networks one by one."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spectral import Ensemble, SpectralLinear
from spectral.batch_norm import BatchNorm
from spectral.dropout import Dropout

SEEDS = [3, 5]
ROWS, IMAGES, WORDS = torch.randn(2, 8, 6), torch.randn(2, 8, 5, 6), torch.randint(6, (2, 8, 3))


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.there = nn.Linear(6, 6)
        self.back = nn.Linear(6, 6)
        self.back.weight = self.there.weight

    def forward(self, inputs: Tensor) -> Tensor:
        return self.back(self.there(inputs).relu())


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTM(6, 4)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.cell(inputs)[0]


class Dropping(nn.Module):
    """Draws random numbers that no layer tells of."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 4)

    def forward(self, inputs: Tensor) -> Tensor:
        return F.dropout(self.layer(inputs), 0.5, self.training)


MODELS: dict[str, tuple[Callable[[], nn.Module], Tensor]] = {
    "linear": (lambda: nn.Sequential(SpectralLinear(6, 4), nn.ReLU(), nn.Linear(4, 2)), ROWS),
    "batch norm": (lambda: nn.Sequential(nn.Linear(6, 4), nn.BatchNorm1d(4), nn.Tanh()), ROWS),
    "cumulative": (
        lambda: nn.Sequential(SpectralLinear(6, 4), nn.BatchNorm1d(4, momentum=None)),
        ROWS,
    ),
    "ours": (lambda: nn.Sequential(nn.Linear(6, 4), BatchNorm(4), Dropout(0.0)), ROWS),
    "layer norm": (lambda: nn.Sequential(nn.LayerNorm(6), SpectralLinear(6, 3)), ROWS),
    "softmax": (lambda: nn.Sequential(SpectralLinear(6, 3), nn.Softmax(dim=1)), ROWS),
    "over samples": (lambda: nn.Sequential(SpectralLinear(6, 3), nn.Softmax(dim=0)), ROWS),
    "prelu": (lambda: nn.Sequential(SpectralLinear(6, 3), nn.PReLU(3)), ROWS),
    "weight norm": (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(6, 3)), ROWS),
    "spectral norm": (lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(6, 3)), ROWS),
    "tied": (Tied, ROWS),
    "embedding": (lambda: nn.Sequential(nn.Embedding(6, 4), nn.Flatten(), nn.Linear(12, 2)), WORDS),
    "convolution": (
        lambda: nn.Sequential(nn.Conv1d(5, 3, 3), nn.Flatten(), nn.Linear(12, 2)),
        IMAGES,
    ),
    "recurrent": (Recurrent, IMAGES),
    "higher": (lambda: nn.Sequential(SpectralLinear(6, 3), nn.ReLU()), IMAGES),
}
DROPPING: dict[str, Callable[[], nn.Module]] = {
    "dropout": lambda: nn.Sequential(nn.Linear(6, 8), nn.Dropout(0.5), nn.BatchNorm1d(8)),
    "ours": lambda: nn.Sequential(nn.Linear(6, 8), Dropout(0.5), nn.BatchNorm1d(8)),
    "alpha": lambda: nn.Sequential(nn.Linear(6, 8), nn.SELU(), nn.AlphaDropout(0.5)),
    "function": Dropping,
}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_outputs_gradients_and_statistics_equal_those_of_the_members(
    model: str, training: bool
) -> None:
    build, inputs = MODELS[model]
    ensemble = Ensemble(build, SEEDS).train(training)
    members = [ensemble.member(seed) for seed in SEEDS]
    for _ in range(2):
        outputs = ensemble(inputs)
        expected = [member(own) for member, own in zip(members, inputs, strict=True)]
        assert torch.allclose(outputs, torch.stack(expected), atol=1e-5)
    outputs.square().sum().backward()
    torch.stack(expected).square().sum().backward()
    assert [name for name, _ in ensemble.network.named_parameters()] == [
        name for name, _ in members[0].named_parameters()
    ]
    for name, parameter in ensemble.network.named_parameters():
        if parameter.requires_grad:
            gradients = [member.get_parameter(name).grad for member in members]
            assert torch.allclose(parameter.grad, torch.stack(gradients), rtol=1e-3, atol=1e-4)  # type: ignore[arg-type]
    for name, buffer in ensemble.network.named_buffers():
        statistics = torch.stack([member.get_buffer(name) for member in members])
        assert torch.allclose(buffer, statistics, atol=1e-5)


@pytest.mark.parametrize("model", DROPPING)
def test_dropout_of_a_seed_is_the_same_in_any_company(model: str) -> None:
    together, alone = (Ensemble(DROPPING[model], seeds) for seeds in (SEEDS, SEEDS[1:]))
    first: list[Tensor] = []
    second: list[Tensor] = []
    for epoch in (4, 4, 5):
        together.start_epoch(epoch)
        alone.start_epoch(epoch)
        for outputs in (first, second):
            outputs.append(together(ROWS)[1])
            assert torch.allclose(outputs[-1], alone(ROWS[1:])[0], atol=1e-5)
    assert torch.equal(first[0], first[1])  # an epoch begins anew
    assert not torch.equal(first[0], second[0])
    assert not torch.equal(first[0], first[2])
    together.eval()
    assert torch.allclose(together(ROWS)[1], together.member(SEEDS[1])(ROWS[1]), atol=1e-5)


def test_processes_draw_other_numbers() -> None:
    ensemble = Ensemble(DROPPING["function"], SEEDS)
    outputs = []
    for process in (0, 1):
        ensemble.start_epoch(0, process)
        outputs.append(ensemble(ROWS))
    assert not torch.equal(*outputs)


def test_what_is_tied_stays_tied() -> None:
    ensemble = Ensemble(Tied, SEEDS)
    for network in (ensemble.network, ensemble.member(3)):
        assert network.there.weight is network.back.weight  # type: ignore[union-attr]


def test_a_frozen_parameter_stays_frozen() -> None:
    ensemble = Ensemble(lambda: nn.Linear(6, 2).requires_grad_(False), SEEDS)
    for network in (ensemble.network, ensemble.member(3)):
        assert not any(parameter.requires_grad for parameter in network.parameters())


def test_wrong_inputs_decide_nothing() -> None:
    ensemble = Ensemble(lambda: nn.Sequential(nn.Linear(6, 3), nn.BatchNorm1d(3)), SEEDS)
    before = {name: buffer.clone() for name, buffer in ensemble.named_buffers()}
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        ensemble(ROWS[..., :5])
    for name, buffer in ensemble.named_buffers():
        assert torch.equal(buffer, before[name])
    assert torch.allclose(ensemble(ROWS)[1], ensemble.member(5)(ROWS[1]), atol=1e-5)


def test_wrong_inputs_are_refused_in_the_words_of_the_layer() -> None:
    with pytest.raises(ValueError, match=r"shape \(8, 6\), have 6 features .* takes 5"):
        Ensemble(lambda: nn.Sequential(SpectralLinear(5, 3), nn.Linear(3, 2)), SEEDS)(ROWS)
    with pytest.raises(RuntimeError, match="mat1 and mat2 shapes cannot be multiplied"):
        Ensemble(lambda: nn.Linear(5, 3), SEEDS)(ROWS)


class Counting(nn.Module):
    """Sets its buffer anew in every pass."""

    passes: Tensor

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer
        self.register_buffer("passes", torch.zeros(()))

    def forward(self, inputs: Tensor) -> Tensor:
        self.passes = self.passes + 1
        return self.layer(inputs)


@pytest.mark.parametrize("layer", [nn.Identity, nn.Dropout])
def test_a_buffer_that_is_set_anew_is_refused(layer: type[nn.Module]) -> None:
    ensemble = Ensemble(lambda: nn.Sequential(nn.Linear(6, 4), Counting(layer())), SEEDS)
    with pytest.raises(ValueError, match=r"sets its buffer '1.passes' anew, .* change it in place"):
        ensemble(ROWS)


@pytest.mark.parametrize("layer", ["linear", "batch norm", "over samples", "convolution"])
def test_one_and_many_seeds_of_any_model_have_one_type_in_mixed_precision(layer: str) -> None:
    build, inputs = MODELS[layer]
    ensemble = Ensemble(build, SEEDS).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outputs, own = ensemble(inputs), ensemble.member(5)(inputs[1])
    assert outputs.dtype == own.dtype
    assert torch.allclose(outputs[1], own, atol=0.05)


def test_dropout_of_torch_can_be_compiled_and_exported_in_training() -> None:
    ensemble = Ensemble(lambda: nn.Sequential(nn.Linear(6, 6), nn.Dropout(0.5)), SEEDS)
    compiled = torch.compile(ensemble, backend="eager", fullgraph=True, dynamic=False)
    exported = torch.export.export(ensemble, (ROWS,)).module()
    for run in (compiled, exported):
        first, second = (run(ROWS) == 0).unbind()
        assert not torch.equal(first, second)
