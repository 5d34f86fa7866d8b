"""The callback that leaves silent inputs out of a training with Lightning."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader

from spectral import (
    InputScreening,
    RelevanceHistory,
    SpectralClassifier,
    SpectralLinear,
    SpectralRegressor,
)
from spectral.datasets import (
    IndependentGaussians,
    IndependentGaussiansClassifier,
    InMemoryDataModule,
    Samples,
)

INPUTS, CONSTANT, TURNING = 9, 4, 90


class Table(InMemoryDataModule):
    """The first input is the target; in epoch 90 the second joins it. One input is constant."""

    def load(self) -> tuple[Samples, Samples]:
        inputs = torch.randn(200, INPUTS, generator=torch.Generator().manual_seed(0))
        inputs[:, CONSTANT] = 7.0
        samples = Samples(inputs, inputs[:, :1].clone())
        return samples, samples


class Turn(pl.Callback):
    """Lets the second input join the target, and keeps which inputs take part."""

    def __init__(self) -> None:
        self.active: list[list[int]] = []
        self.widths: list[int] = []

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: Any) -> None:
        if trainer.current_epoch == TURNING:
            samples = trainer.datamodule.train  # type: ignore[attr-defined]
            samples.targets.copy_(samples.inputs[:, :2].sum(1, keepdim=True))

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: Any, batch: Any, batch_idx: int
    ) -> None:
        self.active.append(pl_module.kept[pl_module.active].tolist())
        self.widths.append(batch[0].shape[-1])


def table() -> Table:
    data = Table(batch_size=200, seeds=[0, 1], leave_out_constant=True)
    data.setup()
    return data


def regressor(data: Table) -> SpectralRegressor:
    return SpectralRegressor(
        INPUTS,
        hidden=(8,),
        activation="tanh",
        seeds=[0, 1],
        kept=data.kept,
        learning_rate=0.03,
        eigenvalue_penalty=0.1,
        eigenvector_penalty=0.1,
    )


def trainer(epochs: int, *callbacks: pl.Callback, **options: Any) -> pl.Trainer:
    quiet: dict = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    return pl.Trainer(
        accelerator="cpu",
        max_epochs=epochs,
        callbacks=list(callbacks),
        enable_model_summary=False,
        check_val_every_n_epoch=10,
        num_sanity_val_steps=0,
        **(quiet | options),
    )


def test_an_input_that_becomes_relevant_late_comes_back() -> None:
    data = table()
    module, turn, history = regressor(data), Turn(), RelevanceHistory()
    screening = InputScreening(every=20, silent_below=0.05)
    trainer(160, history, screening, turn).fit(module, data)
    everything = [each for each in range(INPUTS) if each != CONSTANT]
    assert turn.active[20] == everything
    for epoch in (81, 99):
        assert 0 in turn.active[epoch]
        assert 1 not in turn.active[epoch]
        assert turn.widths[epoch] == len(turn.active[epoch]) < len(everything)
    assert turn.widths[100] == len(everything)  # a look
    assert {0, 1} <= set(turn.active[101])
    assert {0, 1} <= set(turn.active[-1])
    assert len(turn.active[-1]) < len(everything)
    relevance = module.relevance()
    assert relevance.shape == (2, INPUTS)
    assert torch.equal(history.relevance[85, :, 1], torch.zeros(2))
    shares = relevance / relevance.amax(-1, keepdim=True)
    assert shares[:, :2].min() > 0.5
    assert shares[:, 2:].max() < 0.1


def test_a_training_that_is_resumed_goes_on_with_what_rests(tmp_path: Path) -> None:
    """The same numbers as of one that was not interrupted; the checkpoint holds all inputs."""
    trained = []
    for ends in ([105], [88, 105]):
        path = None
        for end in ends:
            data = table()
            module, turn = regressor(data), Turn()
            fitting = trainer(end, InputScreening(every=20, silent_below=0.05), turn)
            fitting.fit(module, data, ckpt_path=path)
            path = tmp_path / f"{end}.ckpt"
            fitting.save_checkpoint(path)
        trained.append((module, turn.active[-1]))
    (alone, active), (resumed, resumed_active) = trained
    assert active == resumed_active
    assert len(active) < INPUTS - 1
    assert torch.equal(alone.relevance(), resumed.relevance())
    for one, other in zip(alone.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, other)


class Peek(pl.Callback):
    """Asks for the state in the midst of an epoch, as a checkpoint does."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.states: list[dict[str, Any]] = []

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: Any, *arguments: Any) -> None:
        self.states.append(pl_module.state_dict())
        if self.fails and trainer.current_epoch == 83:
            raise InterruptedError


def test_the_state_is_whole_at_any_time() -> None:
    trained = []
    for peek in ([], [Peek()]):
        data = table()
        module, turn = regressor(data), Turn()
        trainer(85, InputScreening(every=20, silent_below=0.05), turn, *peek).fit(module, data)
        trained.append((module.relevance(), turn.active))
    assert torch.equal(trained[0][0], trained[1][0])
    assert trained[0][1] == trained[1][1]
    assert len(turn.active[-1]) < INPUTS - 1
    assert {
        tuple(state["ensemble.network.first.eigenvalues_in"].shape) for state in peek[0].states
    } == {(2, INPUTS - 1)}


def test_a_training_that_fails_leaves_the_module_whole() -> None:
    data = table()
    module, turn = regressor(data), Turn()
    peek = Peek(fails=True)
    with pytest.raises(InterruptedError):
        trainer(85, InputScreening(every=20, silent_below=0.05), turn, peek).fit(module, data)
    assert len(turn.active[-1]) < INPUTS - 1
    assert len(module.active) == INPUTS - 1
    assert module.member(1)(data.test.inputs).shape == (200, 1)


class Looks(InputScreening):
    """Counts the looks that it takes."""

    taken = 0

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: Any) -> None:
        super().on_train_epoch_start(trainer, pl_module)
        self.taken += self._look is not None


def test_a_look_that_leaves_nothing_out_changes_nothing() -> None:
    """Almost all inputs are called silent, and a tiny penalty lets all of them pass."""
    trained = []
    looks = Looks(every=1, silent_below=0.9)
    for callbacks in ([], [looks]):
        module = IndependentGaussiansClassifier(
            seeds=[0, 1], eigenvalue_penalty=1e-12, eigenvector_penalty=1e-12
        )
        data = IndependentGaussians(samples=1000, batch_size=200, seeds=[0, 1])
        trainer(3, *callbacks).fit(module, data)
        trained.append(module.state_dict())
    assert looks.taken == 2
    plain, looked = trained
    assert all(torch.equal(value, looked[name]) for name, value in plain.items())


def test_data_that_serve_other_inputs_than_the_module_keeps_are_taken() -> None:
    """The table serves the constant input, too, which the module leaves out by itself."""
    data = Table(batch_size=200, seeds=[0, 1])
    module, turn = regressor(table()), Turn()
    trainer(85, InputScreening(every=20, silent_below=0.05), turn).fit(module, data)
    assert set(turn.widths) == {INPUTS}
    assert CONSTANT not in turn.active[-1]
    assert 0 in turn.active[-1]
    assert len(turn.active[-1]) < INPUTS - 1


def test_batches_of_any_loader_are_taken() -> None:
    """They hold all inputs; a weight for each sample is taken along."""
    data = table()
    inputs, targets = data.train
    samples = list(zip(inputs, targets, torch.ones(len(inputs)), strict=True))
    module, turn = regressor(data), Turn()
    trainer(85, InputScreening(every=20, silent_below=0.05), turn).fit(
        module,
        DataLoader(samples, batch_size=len(samples)),  # type: ignore[arg-type]
    )
    assert set(turn.widths) == {INPUTS}
    assert 0 in turn.active[-1]
    assert len(turn.active[-1]) < INPUTS - 1


class Other(pl.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 1)


def after_a_frozen_layer() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 4).requires_grad_(False), SpectralLinear(4, 2))


def test_what_cannot_be_screened_is_refused() -> None:
    screening = InputScreening()
    alone, together = SimpleNamespace(world_size=1), SimpleNamespace(world_size=2)
    with pytest.raises(TypeError, match=r"^Other is no SpectralModule"):
        screening.on_train_start(alone, Other())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^2 processes train the module"):
        screening.on_train_start(together, SpectralClassifier(4, 2))  # type: ignore[arg-type]
    behind = SpectralClassifier(4, 2, build=after_a_frozen_layer)
    with pytest.raises(ValueError, match=r"inputs of Sequential meet another layer before the"):
        screening.on_train_start(alone, behind)  # type: ignore[arg-type]
    unpenalised = IndependentGaussiansClassifier(eigenvalue_penalty=0.0)
    with pytest.raises(ValueError, match=r"eigenvalue_penalty is 0.0, but must be .* above 0"):
        trainer(1, screening).fit(unpenalised, IndependentGaussians(samples=100))


@pytest.mark.parametrize(
    ("options", "message"),
    [({"every": 0}, "every is 0"), ({"silent_below": 1.5}, "silent_below is 1.5")],
)
def test_wrong_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        InputScreening(**options)
