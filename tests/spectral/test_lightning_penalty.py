"""The callback that penalises: the same training as with the penalty in the loss."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from pytorch_lightning.plugins import MixedPrecision
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from spectral import (
    SpectralClassifier,
    SpectralLinear,
    SpectralPenalty,
    first_spectral_layer,
    penalty,
    relevance,
    spectralize,
)

PENALTIES = 0.3, 0.2


def adam(parameters: Any) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=0.01)


class Regression(pl.LightningModule):
    """Fits the first of six inputs; told so, with the penalty in its loss."""

    def __init__(
        self,
        optimiser: Callable[..., torch.optim.Optimizer] = adam,
        *,
        penalised: bool = False,
    ) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.network = nn.Sequential(SpectralLinear(6, 5), nn.Tanh(), nn.Linear(5, 1))
        self.optimiser = optimiser
        self.penalised = penalised

    def training_step(self, batch: list[Tensor], batch_index: int) -> Tensor | None:
        return self.loss(batch)

    def loss(self, batch: list[Tensor]) -> Tensor:
        inputs, targets = batch
        loss = (self.network(inputs) - targets).square().mean()
        return loss + penalty(self, *PENALTIES) if self.penalised else loss

    def configure_optimizers(self) -> Any:
        return self.optimiser(self.parameters())


class TwoOptimisers(Regression):
    """Steps by itself: one optimiser of the first layer, one of the last."""

    automatic_optimization = False

    def training_step(self, batch: list[Tensor], batch_index: int) -> None:
        optimisers = self.optimizers()
        assert isinstance(optimisers, list)
        for optimiser in optimisers:
            optimiser.zero_grad()
            self.manual_backward(self.loss(batch))
            optimiser.step()

    def configure_optimizers(self) -> Any:
        return [self.optimiser(self.network[place].parameters()) for place in (0, 2)]


class Silent(Regression):
    """Has nothing to say of every other batch."""

    def training_step(self, batch: list[Tensor], batch_index: int) -> Tensor | None:
        return None if batch_index % 2 else self.loss(batch)


def data() -> DataLoader:
    inputs = torch.randn(64, 6, generator=torch.Generator().manual_seed(0))
    return DataLoader(TensorDataset(inputs, inputs[:, :1]), batch_size=8)


def fit(module: pl.LightningModule, *callbacks: pl.Callback, **options: Any) -> pl.Trainer:
    quiet: dict = {
        "accelerator": "cpu",
        "max_epochs": 3,
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }
    trainer = pl.Trainer(callbacks=list(callbacks), **(quiet | options))
    trainer.fit(module, data())
    return trainer


def sgd(parameters: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9)


def fused(parameters: Any) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=0.01, fused=True)


def scaled() -> MixedPrecision:
    """Gradients scaled by 1024 until the step, as on a GPU in float16."""
    return MixedPrecision("16-mixed", "cpu", torch.amp.GradScaler("cpu", init_scale=1024.0))


@pytest.mark.parametrize(
    ("kind", "optimiser", "options"),
    [
        (Regression, adam, {}),
        (Regression, sgd, {}),
        (Regression, sgd, {"accumulate_grad_batches": 4}),
        (Regression, sgd, {"gradient_clip_val": 0.5}),
        (Regression, sgd, {"gradient_clip_val": 0.1, "gradient_clip_algorithm": "value"}),
        (Regression, sgd, {"precision": "bf16-mixed"}),
        (Regression, sgd, {"plugins": scaled}),
        (Regression, sgd, {"plugins": scaled, "gradient_clip_val": 0.5}),
        (Regression, fused, {"plugins": scaled}),
        (Silent, adam, {}),
        (TwoOptimisers, sgd, {}),
        (TwoOptimisers, adam, {"plugins": scaled}),
    ],
)
def test_the_training_is_that_of_the_loss_plus_the_penalty(
    kind: type[Regression], optimiser: Callable[..., torch.optim.Optimizer], options: dict[str, Any]
) -> None:
    def trained(module: Regression, *callbacks: pl.Callback) -> dict[str, Tensor]:
        made = {name: each() if callable(each) else each for name, each in options.items()}
        fit(module, *callbacks, **made)
        return module.state_dict()

    plain = trained(kind(optimiser))
    explicit = trained(kind(optimiser, penalised=True))
    ours = trained(kind(optimiser), SpectralPenalty(*PENALTIES))
    tolerance = 1e-2 if options.get("plugins") or options.get("precision") else 1e-5
    for name, values in ours.items():
        assert torch.allclose(values, explicit[name], atol=tolerance), name
    moved = explicit["network.0.eigenvectors"] - plain["network.0.eigenvectors"]
    assert float(moved.abs().max()) > 10 * tolerance


def test_the_relevance_is_recorded_and_outlives_a_checkpoint(tmp_path: Path) -> None:
    module, history = Regression(), SpectralPenalty(*PENALTIES, at=[0, 2, 3])
    start = relevance(module)
    trainer = fit(module, history)
    assert history.epochs == [0, 2, 3]
    assert torch.equal(history.relevance[0], start)
    assert torch.equal(history.relevance[-1], relevance(module))
    trainer.save_checkpoint(tmp_path / "three.ckpt")
    resumed = SpectralPenalty(*PENALTIES)
    more = pl.Trainer(max_epochs=4, callbacks=[resumed], logger=False, barebones=True)
    more.fit(Regression(), data(), ckpt_path=tmp_path / "three.ckpt")
    assert resumed.epochs == [0, 2, 3, 4]
    assert torch.equal(resumed.relevance[:3], history.relevance)


class Chain(Regression):
    """Two spectral layers behind each other."""

    def __init__(self) -> None:
        super().__init__()
        spectralize(self, "network.2")


def test_layers_that_are_named_are_penalised_and_recorded_each() -> None:
    module = Chain()
    both = [SpectralPenalty(1.0, 1.0, name=f"network.{place}") for place in (0, 2)]
    fit(module, *both)
    assert [callback.relevance.shape for callback in both] == [(4, 6), (4, 5)]
    for callback in both:
        assert (callback.relevance[-1] < callback.relevance[0]).all()


def test_of_a_layer_that_is_half_frozen_the_rest_is_penalised() -> None:
    module = Regression()
    layer = first_spectral_layer(module)
    layer.eigenvalues_in.requires_grad_(False)
    start = layer.eigenvectors.norm().item()
    fit(module, SpectralPenalty(1.0, 1.0))
    assert torch.equal(layer.eigenvalues_in, torch.ones(6))
    assert layer.eigenvectors.norm().item() < 0.8 * start


class Frozen(Regression):
    """Trains its last layer alone."""

    def __init__(self) -> None:
        super().__init__()
        self.network[0].requires_grad_(False)


class Twice(TwoOptimisers):
    """Gives the first layer to both optimisers."""

    def configure_optimizers(self) -> Any:
        return [self.optimiser(self.parameters()) for _ in range(2)]


class Early(Regression):
    """Makes its optimiser before its layer."""

    def __init__(self) -> None:
        super().__init__()
        self.early = adam(list(self.parameters()))
        self.network[0] = SpectralLinear(6, 5)

    def configure_optimizers(self) -> Any:
        return self.early


class PastLightning(TwoOptimisers):
    """Steps optimisers that Lightning does not see."""

    def training_step(self, batch: list[Tensor], batch_index: int) -> None:
        for optimiser in self.trainer.optimizers:
            optimiser.step()


class HalfPastLightning(TwoOptimisers):
    """Steps through Lightning an optimiser that does not hold the first layer."""

    def training_step(self, batch: list[Tensor], batch_index: int) -> None:
        held = self.network[0].eigenvectors
        for seen, raw in zip(self.optimizers(), self.trainer.optimizers, strict=True):
            holds = any(held is each for group in raw.param_groups for each in group["params"])
            (raw if holds else seen).step()


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        (SpectralClassifier(6, 2), TypeError, "^SpectralClassifier adds its own penalty"),
        (Early(), ValueError, "parameters are in no optimiser"),
        (Frozen(), ValueError, "eigenvalues and eigenvectors are frozen, but a penalty moves what"),
        (Twice(), ValueError, "in 2 optimisers, and would be .*, but must be in one"),
        (Regression(torch.optim.LBFGS), ValueError, "LBFGS looks at the loss beside the gradient"),
        (PastLightning(), RuntimeError, "no step of the layer's optimiser came through Lightning"),
        (HalfPastLightning(), RuntimeError, "no step of the layer's optimiser came through"),
    ],
)
def test_what_cannot_be_penalised_is_refused(
    module: pl.LightningModule, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fit(module, SpectralPenalty(*PENALTIES))


def test_two_callbacks_on_one_layer_are_refused() -> None:
    twice = [SpectralPenalty(*PENALTIES), SpectralPenalty(*PENALTIES, name="network.0")]
    message = "callbacks of name=None and name='network.0' penalise the same layer, but only one"
    with pytest.raises(ValueError, match=message):
        fit(Regression(), *twice)


def test_a_module_without_a_spectral_layer_is_refused() -> None:
    module = Regression()
    module.network[0] = nn.Linear(6, 5)
    with pytest.raises(ValueError, match=r"^Regression has no SpectralLinear$"):
        fit(module, SpectralPenalty(*PENALTIES))


@pytest.mark.parametrize("value", [-1.0, float("nan")])
def test_wrong_coefficients_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match=f"eigenvector_penalty is {value}, but must be a finite"):
        SpectralPenalty(1.0, value)
