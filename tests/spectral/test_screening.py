"""Silent inputs rest while the gradient of their weights is small, and come back when it is not."""

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor, nn

from spectral import (
    Ensemble,
    SpectralLinear,
    first_spectral_layer,
    penalty,
    ranking,
    relevance,
)
from spectral.screening.layer_screening import Screening

PENALTY = 0.03


def network(inputs: int = 8) -> nn.Sequential:
    return nn.Sequential(SpectralLinear(inputs, 8), nn.Tanh(), nn.Linear(8, 1))


def silence(model: nn.Module, inputs: list[int], eigenvalue: float = 1e-30) -> None:
    with torch.no_grad():
        first_spectral_layer(model).eigenvalues_in[..., inputs] = eigenvalue


def adam(model: nn.Module) -> list[torch.optim.Optimizer]:
    return [torch.optim.Adam(model.parameters(), lr=0.03)]


def error(targets: Tensor, inputs: Tensor) -> Callable[[nn.Module], Tensor]:
    """The loss of a network on a batch; of all seeds together."""
    return lambda model: (model(inputs) - targets).square().mean((-2, -1)).sum()


def test_the_gradient_is_that_of_a_linear_layer_over_all_batches() -> None:
    """Of both seeds, as torch computes it for weights that are an ordinary parameter."""
    ensemble = Ensemble(lambda: network(5), [0, 1])
    silence(ensemble, [1, 4])
    batches = [(torch.randn(2, 30, 5), torch.randn(2, 30, 1)) for _ in range(3)]
    look = Screening(ensemble, adam(ensemble), 1.0, 1.0).look()
    assert look is not None
    for inputs, targets in batches:
        look.add(error(targets, inputs))
    lengths = []
    for position, seed in enumerate(ensemble.seeds):
        first, *others = ensemble.member(seed).children()
        assert isinstance(first, SpectralLinear)
        linear = first.to_linear()
        member = nn.Sequential(linear, *others)
        for inputs, targets in batches:
            (error(targets[position], inputs[position])(member) / len(batches)).backward()
        assert linear.weight.grad is not None
        lengths.append(linear.weight.grad[:, [1, 4]].norm(dim=0))
    assert look.silent.tolist() == [1, 4]
    assert torch.allclose(look.lengths(), torch.stack(lengths).amax(0), rtol=1e-4)


def test_what_is_looked_at_is_not_touched() -> None:
    ensemble = Ensemble(lambda: nn.Sequential(network(5), nn.BatchNorm1d(1)), [0, 1])
    silence(ensemble, [2])
    state = {name: value.clone() for name, value in ensemble.state_dict().items()}
    look = Screening(ensemble, adam(ensemble), 1.0, 1.0).look()
    assert look is not None
    look.add(error(torch.zeros(1), torch.randn(2, 30, 5)))
    assert all(torch.equal(value, state[name]) for name, value in ensemble.state_dict().items())
    assert all(parameter.grad is None for parameter in ensemble.parameters())


def train(
    model: nn.Module, steps: int, *, screened: bool, turning: int
) -> Iterator[tuple[int, list[int]]]:
    """Steps on a target of one input and, from a step on, of two; looks at every 50th."""
    inputs = torch.randn(200, 8)
    (optimiser,) = adam(model)
    screening = Screening(model, [optimiser], PENALTY, PENALTY, silent_below=0.01)
    for step in range(1, steps):
        targets = inputs[:, :1] if step < turning else inputs[:, :2].sum(1, keepdim=True)
        look = screening.look() if screened and step % 50 == 0 else None
        if look is not None:
            look.add(error(targets, inputs))
            screening.decide(look)
        loss = error(targets, inputs[:, screening.inputs.active])(model)
        optimiser.zero_grad()
        (loss + penalty(model, PENALTY, PENALTY)).backward()
        optimiser.step()
        yield step, screening.inputs.active.tolist()
    screening.inputs.restore()


def test_an_input_that_becomes_relevant_late_comes_back() -> None:
    torch.manual_seed(0)
    model = network()
    active = dict(train(model, 500, screened=True, turning=325))
    assert len(active[49]) == 8
    for step in (324, 349):  # what has changed is seen by the next look
        assert 0 in active[step]
        assert 1 not in active[step]
    assert 1 in active[351]
    assert {0, 1} <= set(active[499])
    assert len(active[499]) < 8
    shares = relevance(model) / relevance(model).amax()
    assert shares[:2].min() > 0.5
    assert shares[2:].max() < 0.1


def test_the_ranking_with_and_without_agrees() -> None:
    relevances = []
    for screened in (True, False):
        torch.manual_seed(1)
        model = network()
        rested = [len(active) for _, active in train(model, 400, screened=screened, turning=60)]
        assert (min(rested) < 8) == screened
        relevances.append(relevance(model))
    ours, whole = relevances
    assert set(ranking(ours)[:2].tolist()) == set(ranking(whole)[:2].tolist()) == {0, 1}
    assert torch.allclose(ours, whole, atol=0.05 * float(whole.amax()))


def looked(gradient: float, silent_seeds: list[int]) -> list[int]:
    """The inputs that take part after a look at the third, of that gradient in its first seed."""
    ensemble = Ensemble(lambda: SpectralLinear(3, 1, bias=False), [0, 1])
    with torch.no_grad():
        first_spectral_layer(ensemble).eigenvalues_in[silent_seeds, 2] = 0.0
    screening = Screening(ensemble, adam(ensemble), 0.25, 0.01)
    look = screening.look()
    if look is not None:
        inputs = torch.zeros(2, 1, 3)
        inputs[0, 0, 2] = gradient
        look.add(lambda net: net(inputs).sum())
        screening.decide(look)
    return screening.inputs.active.tolist()


def test_the_threshold_is_that_of_the_group_lasso_in_every_seed() -> None:
    """Twice the root of 0.25 times 0.01 is 0.1."""
    assert looked(0.099, silent_seeds=[0, 1]) == [0, 1]
    assert looked(0.101, silent_seeds=[0, 1]) == [0, 1, 2]
    assert looked(0.0, silent_seeds=[0]) == [0, 1, 2]


def test_some_input_always_stays() -> None:
    model = SpectralLinear(3, 1)
    silence(model, [0, 1, 2], eigenvalue=0.0)
    screening = Screening(model, adam(model), 1.0, 1.0)
    look = screening.look()
    assert look is not None
    look.add(error(torch.zeros(1), torch.zeros(1, 3)))
    screening.decide(look)
    assert screening.inputs.active.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("penalties", "silent_below", "message"),
    [
        ((0.0, 1.0), 0.0, "eigenvalue_penalty is 0.0, but must be a finite number, above 0"),
        ((1.0, 0.0), 0.0, "eigenvector_penalty is 0.0, but must be a finite number, above 0"),
        ((1.0, 1.0), 1.0, "silent_below is 1.0, but must be a finite number, at least 0 and below"),
    ],
)
def test_numbers_out_of_range_are_refused(
    penalties: tuple[float, float], silent_below: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Screening(network(), [], *penalties, silent_below)


def test_eigenvalues_of_the_outputs_are_refused() -> None:
    layer = SpectralLinear(3, 2, train_eigenvalues_out=True)
    with pytest.raises(ValueError, match="the layer has eigenvalues of its output nodes"):
        Screening(layer, [], 1.0, 1.0)


def test_a_look_without_a_batch_decides_nothing() -> None:
    model = network(3)
    silence(model, [1])
    screening = Screening(model, [], 1.0, 1.0)
    look = screening.look()
    assert look is not None
    with pytest.raises(ValueError, match="no batch has been looked at"):
        screening.decide(look)


def test_a_layer_that_is_named_is_screened() -> None:
    model = nn.Sequential(nn.Linear(4, 3), network(3))
    silence(model[1], [1])
    screening = Screening(model, adam(model), 1.0, 1.0, name="1.0")
    look = screening.look()
    assert look is not None
    look.add(error(torch.zeros(1), torch.zeros(9, 4)))
    screening.decide(look)
    assert screening.inputs.active.tolist() == [0, 2]
