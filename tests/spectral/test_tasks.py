"""What classifier and regressor add to the module: weights, standardised targets, predictions."""

import re
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from sklearn.metrics import r2_score
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from spectral import (
    SpectralClassifier,
    SpectralLinear,
    SpectralModule,
    SpectralRegressor,
    ranking,
)
from spectral.datasets import InMemoryDataModule, Samples

RANDOM = torch.Generator().manual_seed(0)
INPUTS = torch.randn(600, 4, generator=RANDOM)
NUMBERS = torch.stack([100 + 30 * INPUTS[:, 1], -5 + 0.01 * INPUTS[:, 2].abs()], dim=1)
CLASSES = (INPUTS[:, 3] > 0).long()


class Numbers(InMemoryDataModule):
    """Two numbers far from standard; the first input and the last say nothing of them."""

    def load(self) -> tuple[Samples, Samples]:
        return Samples(INPUTS[:500], NUMBERS[:500]), Samples(INPUTS[500:], NUMBERS[500:])


def trainer(epochs: int = 1, **options: Any) -> pl.Trainer:
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    return pl.Trainer(
        max_epochs=epochs, accelerator="cpu", enable_model_summary=False, **(quiet | options)
    )


def test_a_regressor_learns_several_numbers_and_ranks_their_inputs() -> None:
    data = Numbers(batch_size=50, seeds=[0, 1])
    regressor = SpectralRegressor(
        4, targets=2, hidden=(30,), seeds=[0, 1], learning_rate=0.02, eigenvector_penalty=1e-2
    )
    fitting = trainer(60)
    fitting.fit(regressor, data)
    assert torch.allclose(regressor.target_mean, data.train.targets.mean(0), rtol=1e-4)
    deviation = data.train.targets.std(0, unbiased=False)
    assert torch.allclose(regressor.target_scale, deviation, rtol=1e-4)
    fitting.test(regressor, data, verbose=False)
    for position, seed in enumerate((0, 1)):
        outputs = regressor.member(seed).eval()(data.test.inputs)
        numbers = outputs * regressor.target_scale + regressor.target_mean
        expected = r2_score(data.test.targets, numbers.detach())
        logged = float(regressor.seed_metrics["test/r2"][position])
        assert logged == pytest.approx(expected, abs=1e-3)
        assert expected > 0.75
        assert set(ranking(regressor.relevance()[position])[:2].tolist()) == {1, 2}
    predictions = torch.cat(fitting.predict(regressor, data))  # type: ignore[arg-type]
    assert predictions.shape == (100, 2)
    assert r2_score(data.test.targets, predictions) > 0.75


def test_one_number_may_come_without_a_dimension() -> None:
    regressor = SpectralRegressor(4, hidden=(5,))
    loader = DataLoader(TensorDataset(INPUTS, NUMBERS[:, 0]), batch_size=100)
    trainer().fit(regressor, loader)
    assert float(regressor.target_mean) == pytest.approx(float(NUMBERS[:, 0].mean()), rel=1e-3)


@pytest.mark.parametrize("of_seeds", [False, True])
def test_targets_are_standardised_by_the_weights_of_the_samples(of_seeds: bool) -> None:
    repeats = torch.arange(600) % 3
    inputs, numbers = (each.repeat_interleave(repeats, dim=0) for each in (INPUTS, NUMBERS))
    weighted, repeated = (SpectralRegressor(4, targets=2, hidden=(5,)) for _ in range(2))
    weights = repeats.expand(2, -1) if of_seeds else repeats
    weighted.standardise_by([(INPUTS, NUMBERS, weights)])
    repeated.standardise_by([(inputs, numbers)])
    torch.testing.assert_close(weighted.target_mean, repeated.target_mean)
    torch.testing.assert_close(weighted.target_scale, repeated.target_scale)


@pytest.mark.parametrize("kind", [torch.long, torch.bool])
def test_weights_may_be_whole_numbers_or_truths(kind: torch.dtype) -> None:
    classifier = SpectralClassifier(4, 2, hidden=(5,))
    weights = (torch.arange(600) % 2).to(kind)
    found = loss_of(classifier, INPUTS, CLASSES, weights)
    assert torch.equal(found, loss_of(classifier, INPUTS, CLASSES, weights.float()))


def test_what_is_no_number_makes_no_score() -> None:
    score = SpectralRegressor(4).make_score()
    score.update(torch.zeros(1, 3, 1), torch.tensor([[[1.0], [2.0], [torch.nan]]]))
    assert score.compute().isnan().all()


def test_predictions_are_the_mean_of_the_seeds() -> None:
    classifier = SpectralClassifier(4, 2, hidden=(5,), seeds=range(3)).eval()
    loader = DataLoader(TensorDataset(INPUTS, CLASSES), batch_size=200)
    predicted = torch.cat(trainer().predict(classifier, loader))  # type: ignore[arg-type]
    alone = [classifier.member(seed).eval()(INPUTS).softmax(-1) for seed in range(3)]
    assert torch.allclose(predicted, torch.stack(alone).mean(0), atol=1e-6)


def loss_of(classifier: SpectralClassifier, *batch: Tensor) -> Tensor:
    """Cross-entropy as the training sees it, without the penalty."""
    return classifier.training_step(batch, 0) - classifier.penalty().sum()  # type: ignore[arg-type]


def test_a_weight_counts_as_so_many_copies() -> None:
    classifier = SpectralClassifier(4, 2, hidden=(5,), seeds=[0, 1]).eval()
    counts = torch.arange(8) % 3
    inputs, labels = INPUTS[:8], CLASSES[:8]
    weighted = loss_of(classifier, inputs, labels, counts.float())
    copies = loss_of(
        classifier, inputs.repeat_interleave(counts, 0), labels.repeat_interleave(counts)
    )
    assert torch.allclose(weighted, copies, rtol=1e-5)
    assert not torch.allclose(weighted, loss_of(classifier, inputs, labels))


def test_a_label_that_torch_would_ignore_is_refused() -> None:
    labels = CLASSES.clone()
    labels[3] = -100
    with pytest.raises(ValueError, match=r"-100.*The labels must be 0 to 1"):
        loss_of(SpectralClassifier(4, 2, hidden=(5,)), INPUTS, labels)


def test_class_weights_are_those_of_torch() -> None:
    weights = [1.0, 5.0]
    classifier = SpectralClassifier(4, 2, hidden=(5,), class_weights=weights).eval()
    logits = classifier.member(0).eval()(INPUTS)
    expected = F.cross_entropy(logits, CLASSES, weight=torch.tensor(weights))
    assert torch.allclose(loss_of(classifier, INPUTS, CLASSES), expected, rtol=1e-5)


def test_any_network_trains_with_its_first_layer_named() -> None:
    def build() -> nn.Module:
        return nn.Sequential(
            nn.Linear(4, 6), nn.ReLU(), SpectralLinear(6, 5), nn.ReLU(), nn.Linear(5, 2)
        )

    with pytest.raises(ValueError, match="name the spectral layer"):
        SpectralClassifier(4, 2, build=build)
    classifier = SpectralClassifier(4, 2, build=build, first_layer="2", seeds=[0, 1])
    before = classifier.relevance()
    trainer().fit(classifier, DataLoader(TensorDataset(INPUTS, CLASSES), batch_size=100))
    assert classifier.relevance().shape == (2, 6)
    assert not torch.equal(classifier.relevance(), before)


def flat() -> nn.Module:
    return nn.Sequential(SpectralLinear(4, 1), nn.Flatten(0))


@pytest.mark.parametrize(
    ("module", "needed"),
    [
        (SpectralClassifier(4, 3, build=lambda: SpectralLinear(4, 2)), "3), one a class"),
        (SpectralClassifier(4, 2, build=lambda: SpectralLinear(4, 3)), "2), one a class"),
        (SpectralRegressor(4, build=lambda: SpectralLinear(4, 2)), "1), one a target"),
        (SpectralRegressor(4, build=flat), "1), one a target"),
    ],
)
def test_a_network_of_other_outputs_is_refused(module: SpectralModule, needed: str) -> None:
    with pytest.raises(ValueError, match=rf"but must be \(seeds, batch, {re.escape(needed)}"):
        module.training_step((INPUTS, CLASSES), 0)


class Aborting(pl.Callback):
    """Ends the first epoch with an error in its third batch."""

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        if batch_idx == 2:
            raise RuntimeError("aborted")


def test_an_aborted_epoch_leaves_nothing_behind() -> None:
    loader = DataLoader(TensorDataset(INPUTS, CLASSES), batch_size=100)
    classifier = SpectralClassifier(4, 2, hidden=(5,), learning_rate=1e-12)
    with pytest.raises(RuntimeError, match="aborted"):
        trainer(callbacks=[Aborting()]).fit(classifier, DataLoader(loader.dataset, batch_size=7))
    other = SpectralClassifier(4, 2, hidden=(5,), learning_rate=1e-12)
    for module in (classifier, other):
        trainer().fit(module, loader)
    ours, expected = classifier.seed_metrics, other.seed_metrics
    assert ours["train/loss"].item() == pytest.approx(expected["train/loss"].item(), rel=1e-4)
    assert ours["train/accuracy"].item() == expected["train/accuracy"].item()


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ((INPUTS,), TypeError, "the batch is .*, but must be"),
        ((INPUTS, CLASSES[:5]), ValueError, r"the labels have shape \(5,\)"),
        ((INPUTS, CLASSES.float()), TypeError, "the labels are torch.float32"),
        ((INPUTS, CLASSES + 5), ValueError, "The labels must be 0 to 1"),
        ((INPUTS, CLASSES, CLASSES[:5]), ValueError, r"the weights have shape \(5,\)"),
        ((INPUTS, CLASSES, 1), TypeError, "weights is of type int"),
    ],
)
def test_wrong_batches_are_refused(batch: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        SpectralClassifier(4, 2, hidden=(5,)).training_step(batch, 0)


@pytest.mark.parametrize(
    ("weights", "message"),
    [([1.0], "holds 1, but there are 2"), ([1, 0], r"class_weights\[1\] is 0"), (3, "is 3, but")],
)
def test_wrong_class_weights_are_refused(weights: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        SpectralClassifier(4, 2, class_weights=weights)
