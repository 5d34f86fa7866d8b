"""What a Trainer may ask beyond one loader, and what may be set anew while it trains."""

from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from pytorch_lightning.loggers import CSVLogger
from torch.utils.data import DataLoader, TensorDataset

from spectral import SpectralClassifier

INPUTS = torch.randn(300, 4, generator=torch.Generator().manual_seed(0))
CLASSES = (INPUTS[:, 3] > 0).long()


def loader(rows: slice = slice(None)) -> DataLoader:
    return DataLoader(TensorDataset(INPUTS[rows], CLASSES[rows]), batch_size=50)


def trainer(epochs: int = 1, **options: Any) -> pl.Trainer:
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    return pl.Trainer(
        max_epochs=epochs, accelerator="cpu", enable_model_summary=False, **(quiet | options)
    )


@pytest.mark.parametrize("stage", ["validation", "test"])
def test_each_of_several_loaders_is_logged(stage: str, tmp_path: Any) -> None:
    classifier = SpectralClassifier(4, 2, hidden=(5,), seeds=[2, 3])
    asking = trainer(logger=CSVLogger(tmp_path))
    run = asking.validate if stage == "validation" else asking.test
    parts = [slice(0, 100), slice(100, 300)]
    alone = []
    for rows in parts:
        run(classifier, loader(rows), verbose=False)
        alone.append(classifier.seed_metrics[f"{stage}/loss"])
    logged = run(classifier, [loader(rows) for rows in parts], verbose=False)
    for number, expected in enumerate(alone):
        name = f"{stage}/loss/dataloader_idx_{number}"
        assert torch.equal(classifier.seed_metrics[name], expected)
        assert asking.callback_metrics[name] == expected.mean()
        assert asking.callback_metrics[f"{name}/seed-3"] == expected[1]
        assert any(name in each for each in logged)


def test_a_training_validates_by_several_loaders() -> None:
    classifier = SpectralClassifier(4, 2, hidden=(5,))
    fitting = trainer(2, num_sanity_val_steps=1)
    fitting.fit(classifier, loader(), [loader(), loader(slice(0, 80))])
    names = [f"validation/accuracy/dataloader_idx_{number}" for number in (0, 1)]
    assert set(names) <= set(fitting.callback_metrics)
    predicted = fitting.predict(classifier, [loader(), loader(slice(0, 80))])
    assert [len(torch.cat(part)) for part in predicted] == [300, 80]  # type: ignore[union-attr]


class Penalising(pl.Callback):
    """Sets another penalty before the fourth batch."""

    def __init__(self, value: float) -> None:
        self.value = value

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: Any, batch: Any, batch_idx: int
    ) -> None:
        if batch_idx == 3:
            pl_module.eigenvector_penalty = self.value


class InTheLoss(SpectralClassifier):
    """Its optimiser knows nothing of the penalty."""

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.learning_rate, eps=1e-7)


def test_a_penalty_that_is_set_in_mid_training_takes_effect() -> None:
    trained = {}
    for kind, value in (
        (SpectralClassifier, 0.1),
        (SpectralClassifier, 0.5),
        (SpectralClassifier, 0.0),
        (InTheLoss, 0.5),
        (InTheLoss, 0.0),
    ):
        module = kind(4, 2, hidden=(5,), eigenvector_penalty=0.1)
        trainer(callbacks=[Penalising(value)]).fit(module, loader())
        trained[kind, value] = module.relevance()
    for value in (0.5, 0.0):
        expected = trained[InTheLoss, value]
        assert torch.allclose(trained[SpectralClassifier, value], expected, atol=1e-4)
        assert not torch.allclose(trained[SpectralClassifier, 0.1], expected, atol=1e-3)


def test_a_wrong_penalty_is_refused_in_mid_training() -> None:
    module = SpectralClassifier(4, 2, hidden=(5,))
    with pytest.raises(ValueError, match=r"^eigenvector_penalty is -1.0, but must be a finite"):
        trainer(callbacks=[Penalising(-1.0)]).fit(module, loader())
