"""Inputs that are constant in the training data: left out, of relevance 0, missed by nobody."""

from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch

from spectral import SpectralClassifier
from spectral.datasets import InMemoryDataModule, MNISTClassifier, MNISTDigits, Samples


def fit(classifier: SpectralClassifier, data: InMemoryDataModule, **options: object) -> None:
    quiet: dict = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = pl.Trainer(max_epochs=1, accelerator="cpu", **(quiet | options))
    trainer.fit(classifier, data)


def digits(*, leave_out_constant: bool) -> MNISTDigits:
    data = MNISTDigits(seeds=[0, 1], leave_out_constant=leave_out_constant)
    data.setup()
    return data


def test_dark_pixels_left_out_change_no_other_number() -> None:
    everything, without = digits(leave_out_constant=False), digits(leave_out_constant=True)
    assert (len(everything.kept), len(without.kept)) == (784, 616)
    assert everything.checksum() == without.checksum()
    trained = []
    for data in (everything, without):
        classifier = MNISTClassifier(seeds=[0, 1], learning_rate=1e-3, kept=data.kept)
        fit(classifier, data, limit_train_batches=10)
        trained.append(classifier)
    wide, narrow = trained
    dark = torch.ones(784, dtype=torch.bool)
    dark[without.kept] = False
    assert not without.train.inputs[:, dark].any()
    assert torch.equal(narrow.relevance()[:, dark], torch.zeros(2, int(dark.sum())))
    for seed in (0, 1):
        ours, other = narrow.member(seed).state_dict(), wide.member(seed).state_dict()
        assert ours.keys() == other.keys()
        for name, values in ours.items():
            kept = ~dark if name in ("first.eigenvalues_in", "first.eigenvectors") else ...
            difference = (values - other[name]).abs()
            assert difference.shape == other[name].shape
            # ten steps of Adam, whose eps turns rounding of tiny gradients into whole steps
            assert float(difference[..., kept].mean()) < 1e-5, name


def test_the_member_takes_all_inputs_and_says_the_same() -> None:
    data = digits(leave_out_constant=True)
    classifier = MNISTClassifier(seeds=[0, 1], kept=data.kept).eval()
    inputs = data.train.inputs[:20]
    together = classifier(inputs)
    assert torch.allclose(classifier(inputs[:, data.kept]), together, atol=1e-6)
    for position, seed in enumerate((0, 1)):
        alone = classifier.member(seed).eval()(inputs)
        assert torch.allclose(alone, together[position], atol=1e-5)


class Table(InMemoryDataModule):
    """The second input is 7 in the training samples, and something else in the test."""

    classes = 2

    def load(self) -> tuple[Samples, Samples]:
        inputs = torch.randn(200, 3, generator=torch.Generator().manual_seed(0))
        targets = (inputs[:, 0] > 0).long()
        inputs[:, 1] = 7
        spoilt = inputs.clone()
        spoilt[:, 1] = 1000
        return Samples(inputs, targets), Samples(spoilt, targets)


def test_what_a_constant_input_becomes_later_changes_nothing() -> None:
    data = Table(leave_out_constant=True, batch_size=50)
    data.setup()
    assert data.kept.tolist() == [0, 2]
    classifier = SpectralClassifier(3, 2, hidden=(5,), kept=data.kept)
    fit(classifier, data)
    classifier.eval()
    usual, spoilt = (classifier.member(0).eval()(part.inputs) for part in data.load())
    assert torch.equal(usual, spoilt)
    assert classifier.relevance()[0, 1] == 0
    assert classifier.relevance().shape == (1, 3)


def test_checkpoints_keep_what_takes_part(tmp_path: object) -> None:
    data = Table(leave_out_constant=True, batch_size=50)
    data.setup()
    classifier = SpectralClassifier(3, 2, hidden=(5,), kept=data.kept)
    trainer = pl.Trainer(max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False)
    trainer.fit(classifier, data)
    trainer.save_checkpoint(f"{tmp_path}/one.ckpt")
    restored = SpectralClassifier.load_from_checkpoint(f"{tmp_path}/one.ckpt")
    assert torch.equal(restored.relevance(), classifier.relevance())


@pytest.mark.parametrize("kept", [[1, 2], None])
def test_the_state_of_a_network_that_keeps_other_inputs_is_refused(
    kept: list[int] | None, tmp_path: Path
) -> None:
    ours, other = (SpectralClassifier(3, 2, hidden=(5,), kept=each) for each in ([0, 2], kept))
    before = other.relevance()
    count = 2 if kept else 3
    message = rf"keeps 2 inputs, \[0, 2\], but this one keeps {count}, \[{kept[0] if kept else 0}"
    with pytest.raises(ValueError, match=message):
        other.load_state_dict(ours.state_dict())
    trainer = pl.Trainer(max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False)
    trainer.strategy.connect(ours)
    trainer.save_checkpoint(tmp_path / "other.ckpt")
    with pytest.raises(ValueError, match=message):
        trainer.fit(other, Table(), ckpt_path=tmp_path / "other.ckpt")
    assert torch.equal(other.relevance(), before)


def test_a_module_must_know_what_is_left_out() -> None:
    with pytest.raises(ValueError, match=r"have 2 features .* but this layer takes 3"):
        fit(SpectralClassifier(3, 2), Table(leave_out_constant=True))


@pytest.mark.parametrize(
    ("kept", "message"),
    [([], r"kept is \[\]"), ([2, 1], r"kept is \[2, 1\]"), ([0, 3], r"kept\[1\] is 3")],
)
def test_wrong_inputs_are_refused(kept: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpectralClassifier(3, 2, kept=kept)


def test_data_without_any_difference_are_refused() -> None:
    class Flat(Table):
        def load(self) -> tuple[Samples, Samples]:
            samples = Samples(torch.ones(20, 3), torch.arange(20) % 2)
            return samples, samples

    with pytest.raises(ValueError, match="all 3 inputs are constant in the training data"):
        Flat(leave_out_constant=True).setup()
    Flat().setup()
