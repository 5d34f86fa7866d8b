"""Training: the penalty, Lightning's logs, one seed or many."""

from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from pytorch_lightning.loggers import CSVLogger
from torch.utils._python_dispatch import TorchDispatchMode

from spectral import SpectralClassifier, ranking, relevance
from spectral.datasets import (
    IndependentGaussians,
    IndependentGaussiansClassifier,
)
from spectral.weight_decay import IS_PENALTY


def small_data(seeds: tuple[int, ...] = (0,)) -> IndependentGaussians:
    return IndependentGaussians(samples=2500, batch_size=100, seeds=seeds)


def trainer(epochs: int = 2, **options: object) -> pl.Trainer:
    quiet: dict = {
        "accelerator": "cpu",
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }
    return pl.Trainer(max_epochs=epochs, **(quiet | options))


def test_penalty_is_the_sum_of_squares_of_the_first_layer() -> None:
    classifier = SpectralClassifier(
        4, 2, hidden=(3,), eigenvalue_penalty=0.5, eigenvector_penalty=0.25, seeds=[0, 1]
    )
    state = classifier.ensemble.member(1).state_dict()
    expected = sum(
        coefficient * float(value) ** 2
        for coefficient, name in ((0.5, "first.eigenvalues_in"), (0.25, "first.eigenvectors"))
        for value in state[name].flatten()
    )
    assert classifier.penalty()[1].item() == pytest.approx(expected)


class Plain(SpectralClassifier):
    """The same with other optimisers, which know nothing of the penalty."""

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.learning_rate, eps=1e-7)


class DecayedByNobody(SpectralClassifier):
    """Calls the method that it overrides, and takes another optimiser all the same."""

    def configure_optimizers(self) -> torch.optim.Optimizer:
        super().configure_optimizers()
        return torch.optim.Adam(self.parameters(), lr=self.learning_rate, eps=1e-7)


class OfAnotherKind(torch.optim.Adam):
    """Not one of those whose decay is known to be the gradient of the penalty."""


class WithOurGroups(SpectralClassifier):
    """Gives the groups of the usual optimiser to another one."""

    def configure_optimizers(self) -> torch.optim.Optimizer:
        usual: Any = super().configure_optimizers()
        return OfAnotherKind(usual.param_groups, lr=self.learning_rate, eps=1e-7)


class Decoupled(SpectralClassifier):
    """Adam as AdamW: the decay of its groups is no gradient."""

    def configure_optimizers(self) -> torch.optim.Optimizer:
        usual: Any = super().configure_optimizers()
        groups = [{"params": each["params"], **changed(each)} for each in usual.param_groups]
        rate = self.learning_rate
        return torch.optim.Adam(groups, lr=rate, eps=1e-7, decoupled_weight_decay=True)


def changed(group: dict[str, Any]) -> dict[str, Any]:
    return {key: group[key] for key in ("weight_decay", IS_PENALTY) if key in group}


def test_the_penalty_is_in_the_loss_or_in_the_optimiser() -> None:
    """A training of ours equals one by plain Adam on a loss with the penalty written out."""
    options: dict = {
        "hidden": (5,),
        "learning_rate": 0.01,
        "eigenvalue_penalty": 0.3,
        "eigenvector_penalty": 0.2,
        "seeds": [0, 1],
    }
    trained = []
    for kind in (SpectralClassifier, Plain, DecayedByNobody, WithOurGroups, Decoupled):
        module = kind(20, 2, **options)
        trainer(epochs=1).fit(module, small_data((0, 1)))
        trained.append(module)
    by_hand = SpectralClassifier(20, 2, **options)
    optimiser = torch.optim.Adam(by_hand.parameters(), lr=0.01, eps=1e-7)
    data = small_data((0, 1))
    data.setup()
    by_hand.train()
    by_hand.ensemble.start_epoch(0)
    for inputs, labels in data.train_dataloader():
        logits = by_hand(inputs)
        losses = [F.cross_entropy(logits[seed], labels[seed]) for seed in (0, 1)]
        first = by_hand.first
        penalty = 0.3 * first.eigenvalues_in.square().sum()
        penalty = penalty + 0.2 * first.eigenvectors.square().sum()
        optimiser.zero_grad()
        (torch.stack(losses).sum() + penalty).backward()
        optimiser.step()
    for module in trained:
        for name, parameter in module.named_parameters():
            other = by_hand.get_parameter(name)
            assert torch.allclose(parameter, other, atol=2e-4), (type(module), name)


@pytest.mark.parametrize("seeds", [(4,), (2, 4, 0)])
def test_lightning_fits_one_seed_or_many_and_logs_each(
    seeds: tuple[int, ...], tmp_path: Path
) -> None:
    classifier = IndependentGaussiansClassifier(seeds=seeds)
    data = small_data(seeds)
    logger = CSVLogger(tmp_path)
    fitting = trainer(epochs=6, logger=logger)
    fitting.fit(classifier, data)
    names = {
        f"{stage}/{metric}" for stage in ("train", "validation") for metric in ("loss", "accuracy")
    } | {"train/penalty"}
    for name in names:
        of_seeds = [float(fitting.callback_metrics[f"{name}/seed-{seed}"]) for seed in seeds]
        assert classifier.seed_metrics[name].tolist() == of_seeds
        mean = float(fitting.callback_metrics[name])
        assert mean == pytest.approx(sum(of_seeds) / len(seeds), rel=1e-5)
    assert float(fitting.callback_metrics["validation/accuracy"]) > 0.9
    header = (Path(logger.log_dir) / "metrics.csv").read_text().splitlines()[0]
    assert names <= set(header.split(","))
    fitting.test(classifier, data, verbose=False)
    member = classifier.member(seeds[-1]).eval()
    hits = (member(data.test.inputs).argmax(1) == data.test.targets).float().mean()
    logged = float(fitting.callback_metrics[f"test/accuracy/seed-{seeds[-1]}"])
    assert logged == pytest.approx(float(hits), abs=1e-6)


def test_without_a_logger_only_means_are_logged() -> None:
    classifier = IndependentGaussiansClassifier(seeds=[2, 4])
    fitting = trainer(epochs=1)
    fitting.fit(classifier, small_data((2, 4)))
    assert not any("seed" in name for name in fitting.callback_metrics)
    assert classifier.seed_metrics["train/accuracy"].shape == (2,)


def test_a_seed_trains_the_same_alone_and_in_company() -> None:
    alone = IndependentGaussiansClassifier(seeds=[3])
    together = IndependentGaussiansClassifier(seeds=[1, 3])
    for classifier in (alone, together):
        trainer().fit(classifier, small_data(classifier.seeds))
    assert torch.allclose(alone.relevance()[0], together.relevance()[1], rtol=1e-3, atol=1e-5)


def test_training_ranks_relevant_inputs_first() -> None:
    classifier = IndependentGaussiansClassifier(seeds=[0])
    data = small_data()
    trainer(epochs=30).fit(classifier, data)
    first = ranking(classifier.relevance()[0])[:4]
    assert (data.distance[first] > 0.5).all()


class RateRecorder(pl.Callback):
    """Keeps the learning rate of every epoch, and may stop after some of them."""

    def __init__(self, epochs: int | None = None) -> None:
        self.epochs = epochs
        self.rates: list[float] = []

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.rates.append(trainer.optimizers[0].param_groups[0]["lr"])

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        trainer.should_stop = len(self.rates) == self.epochs


def test_the_learning_rate_falls_over_the_last_epochs(tmp_path: Path) -> None:
    options: dict = {"learning_rate": 0.01, "cooldown": 3}
    recorder = RateRecorder()
    data = small_data()
    trainer(6, callbacks=[recorder]).fit(IndependentGaussiansClassifier(**options), data)
    expected = [0.01, 0.01, 0.01, 0.0075, 0.005, 0.0025]
    assert recorder.rates == pytest.approx(expected)
    interrupted = trainer(6, callbacks=[RateRecorder(epochs=4)])
    interrupted.fit(IndependentGaussiansClassifier(**options), data)
    interrupted.save_checkpoint(tmp_path / "four.ckpt")
    resumed = RateRecorder()
    trainer(6, callbacks=[resumed]).fit(
        IndependentGaussiansClassifier(**options), data, ckpt_path=tmp_path / "four.ckpt"
    )
    assert resumed.rates == pytest.approx(expected[4:])


def test_checkpoint_restores_the_module(tmp_path: Path) -> None:
    classifier = IndependentGaussiansClassifier(seeds=range(2))
    fitting = trainer(epochs=1)
    fitting.fit(classifier, small_data((0, 1)))
    fitting.save_checkpoint(tmp_path / "one.ckpt")
    restored = IndependentGaussiansClassifier.load_from_checkpoint(tmp_path / "one.ckpt")
    assert restored.seeds == (0, 1)
    assert torch.equal(restored.relevance(), classifier.relevance())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eigenvalue_penalty": -1.0}, "eigenvalue_penalty is -1.0"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"cooldown": -1}, "cooldown is -1"),
        ({"seeds": []}, "seeds is empty"),
    ],
)
def test_wrong_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpectralClassifier(4, 2, **options)


def test_relevance_reads_the_ensemble() -> None:
    classifier = SpectralClassifier(4, 2, seeds=[0, 1])
    assert torch.equal(relevance(classifier), classifier.relevance())


class CountWaits(TorchDispatchMode):
    """Counts the operations that make the host wait for the device."""

    waits = ("aten._local_scalar_dense.default", "aten.nonzero.default", "aten.is_nonzero.default")

    def __init__(self) -> None:
        super().__init__()
        self.operations = 0
        self.found: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.operations += 1
        if str(func) in self.waits:
            self.found.append(str(func))
        return func(*args, **(kwargs or {}))


class WatchSteps(pl.Callback):
    """Counts from the end of an epoch's first step to the start of its last."""

    def __init__(self) -> None:
        self.counter = CountWaits()

    def on_train_batch_end(self, *arguments: Any) -> None:
        if arguments[-1] == 0:
            self.counter.__enter__()

    def on_train_batch_start(self, trainer: pl.Trainer, *arguments: Any) -> None:
        if arguments[-1] == trainer.num_training_batches - 1:
            self.counter.__exit__(None, None, None)


def test_no_step_waits_for_the_device() -> None:
    """On a GPU nothing is read back while an epoch runs."""
    watch = WatchSteps()
    trainer(epochs=2, callbacks=[watch]).fit(
        IndependentGaussiansClassifier(seeds=[0, 1]), small_data((0, 1))
    )
    assert watch.counter.operations > 1000
    assert watch.counter.found == []


@pytest.mark.parametrize("clipped", [None, 1.0])
def test_mixed_precision_trains(clipped: float | None) -> None:
    classifier = IndependentGaussiansClassifier(seeds=[0, 1])
    fitting = trainer(epochs=3, precision="bf16-mixed", gradient_clip_val=clipped)
    fitting.fit(classifier, small_data((0, 1)))
    assert float(fitting.callback_metrics["train/accuracy"]) > 0.9
