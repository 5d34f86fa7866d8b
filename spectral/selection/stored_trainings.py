"""Groups of seeds that are trained already, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import torch

from spectral.running.stored_arrays import StoredArrays
from spectral.samples import Samples
from spectral.selection.seed_training import TrainedSeeds, TrainingSettings, new_ensemble

RELEVANCE, EPOCHS, NETWORK = "relevance", "epochs", "network."
"""The names of the arrays in a file; those of the network begin with the last."""


class StoredTrainings:
    """What is stored of one training, group of seeds by group of seeds.

    Parameters
    ----------
    samples, classes, settings, device : Samples, int or None, TrainingSettings, str
        As :func:`spectral.selection.seed_training.train_seeds` takes them.
    """

    def __init__(
        self, samples: Samples, classes: int | None, settings: TrainingSettings, device: str
    ) -> None:
        self.inputs = samples.inputs.shape[1]
        self.outputs = samples.targets.shape[1] if classes is None else classes
        self.settings = settings
        self.arrays = StoredArrays(samples, classes, asdict(settings), device)

    def read(self, seeds: Sequence[int]) -> TrainedSeeds | None:
        """A group of seeds; None where it is not stored."""
        arrays = self.arrays.read(list(seeds))
        if arrays is None:
            return None
        ensemble = new_ensemble(self.inputs, self.outputs, self.settings.hidden, seeds)
        tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
        relevance, epochs = tensors.pop(RELEVANCE), tensors.pop(EPOCHS)
        ensemble.load_state_dict(
            {name.removeprefix(NETWORK): tensor for name, tensor in tensors.items()}
        )
        return TrainedSeeds(ensemble.eval(), relevance, epochs)

    def write(self, seeds: Sequence[int], trained: TrainedSeeds) -> None:
        """Store a group of seeds."""
        arrays = {
            f"{NETWORK}{name}": tensor.numpy()
            for name, tensor in trained.ensemble.state_dict().items()
        }
        arrays |= {RELEVANCE: trained.relevance.numpy(), EPOCHS: trained.epochs.numpy()}
        self.arrays.write(list(seeds), arrays)
