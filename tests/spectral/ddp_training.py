"""Trains a few steps in one or two processes and saves the gradients; run by test_ddp.py."""

import sys
from pathlib import Path

import spectral.torchvision_operators  # noqa: F401  # isort: skip
import pytorch_lightning as pl
import torch

from spectral.datasets import IndependentGaussians, IndependentGaussiansClassifier


class SaveGradients(pl.Callback):
    """Collects the gradients of each step and saves them from the first process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.gradients: list[dict[str, torch.Tensor]] = []

    def on_before_optimizer_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, optimizer: torch.optim.Optimizer
    ) -> None:
        self.gradients.append(
            {
                name: parameter.grad.clone()
                for name, parameter in pl_module.named_parameters()
                if parameter.grad is not None
            }
        )

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.is_global_zero:
            metrics = dict(trainer.callback_metrics)
            torch.save({"gradients": self.gradients, "metrics": metrics}, self.path)


def main(processes: int, path: Path) -> None:
    trainer = pl.Trainer(
        accelerator="cpu",
        devices=processes,
        strategy=pl.strategies.DDPStrategy(process_group_backend="gloo")
        if processes > 1
        else "auto",
        max_epochs=1,
        callbacks=[SaveGradients(path)],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    # Without dropout: each process draws its own.
    classifier = IndependentGaussiansClassifier(dropout=0.0, seeds=[5])
    trainer.fit(classifier, IndependentGaussians(samples=1140, batch_size=200))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
