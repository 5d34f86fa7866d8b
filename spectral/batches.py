"""Data small enough to be kept as tensors where the model is, served in batches of all seeds."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (before pytorch_lightning)

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from spectral.arguments import checked_seeds, real_number, true_or_false, whole_number
from spectral.constant_inputs import varying_inputs
from spectral.samples import Samples, checked_parts
from spectral.seeded_order import InOrder, SeededOrder

PAPER_BATCH_SIZE = 500
PAPER_VALIDATION_SHARE = 0.1


class ServingOptions(TypedDict, total=False):
    """How :class:`InMemoryDataModule` makes batches."""

    batch_size: int
    validation_share: float
    seeds: Sequence[int]
    leave_out_constant: bool


class DataOptions(ServingOptions, total=False):
    """All options of :class:`InMemoryDataModule`, which its subclasses hand on."""

    data_seed: int


class InMemoryDataModule(pl.LightningDataModule, ABC):
    """Serves batches of ``(S, B, N)``, each seed in an order of its own.

    A subclass says in :meth:`load` what the training and test samples are: tensors, arrays or
    lists, which become float32 inputs and int64 classes, or float32 targets. A share of the
    training samples is held out for validation, the same for every seed. The order of seed k in
    epoch e depends on (k, e) alone.

    Parameters
    ----------
    batch_size : int, default=500
        B, for each seed. The last batch of an epoch may be smaller; a rest of one sample joins
        the batch before it.
    validation_share : float, default=0.1
        The share of the training samples held out, at least 0 and below 1.
    data_seed : int, default=0
        Decides what is drawn and what is held out.
    seeds : sequence of int, default=(0,)
        The seeds served: those of the module that is trained.
    leave_out_constant : bool, default=False
        Whether batches leave out the inputs that are constant in the training samples. Then the
        module that is trained needs to know which are :attr:`kept`.

    Attributes
    ----------
    classes : int or None
        The number of classes, which a subclass or its objects tell; None where the targets are
        numbers.
    train, validation, test : Samples
        All inputs of the samples, once :meth:`setup` has been called.
    kept : Tensor
        The indices of the inputs that batches hold, in order.

    Raises
    ------
    TypeError, ValueError
        If an option is wrong; from :meth:`setup`, if the data are not numbers, their shapes do
        not fit, they hold NaN or infinity, or labels outside the classes, or if all inputs are
        constant and are to be left out.

    Examples
    --------
    >>> class Halves(InMemoryDataModule):
    ...     classes = 2
    ...     def load(self):
    ...         inputs = torch.randn(100, 3)
    ...         return (inputs, inputs[:, 0] > 0), (inputs, inputs[:, 0] > 0)
    >>> data = Halves(batch_size=30, seeds=[0, 1])
    >>> data.setup()
    >>> [tuple(inputs.shape) for inputs, targets in data.train_dataloader()]
    [(2, 30, 3), (2, 30, 3), (2, 30, 3)]
    """

    classes: int | None = None
    _training_batches: _Batches | None = None

    def __init__(
        self,
        *,
        batch_size: int = PAPER_BATCH_SIZE,
        validation_share: float = PAPER_VALIDATION_SHARE,
        data_seed: int = 0,
        seeds: Sequence[int] = (0,),
        leave_out_constant: bool = False,
    ) -> None:
        super().__init__()
        batch_size = whole_number("batch_size", batch_size, least=1)
        validation_share = real_number("validation_share", validation_share, least=0, below=1)
        data_seed = whole_number("data_seed", data_seed)
        leave_out_constant = true_or_false("leave_out_constant", leave_out_constant)
        self.seeds = checked_seeds(seeds)
        self.save_hyperparameters()
        self.hparams.update(  # plain numbers, and the seeds as a list, fit a checkpoint
            batch_size=batch_size,
            validation_share=validation_share,
            data_seed=data_seed,
            seeds=list(self.seeds),
            leave_out_constant=leave_out_constant,
        )
        self.batch_size = batch_size
        self.validation_share = validation_share
        self.data_seed = data_seed
        self.leave_out_constant = leave_out_constant
        self._loaded = False

    def __getattr__(self, name: str) -> Any:
        when = "" if self.__dict__.get("_loaded") else ", at least before setup()"
        message = f"{type(self).__name__} has no attribute {name!r}{when}"
        raise AttributeError(message, name=name, obj=self)

    @abstractmethod
    def load(self) -> tuple[Samples, Samples]:
        """The samples for training and those for the test."""

    def setup(self, stage: str | None = None) -> None:
        """Load, check and split the data; later calls change nothing."""
        if self._loaded:
            return
        classes = self.classes
        if classes is not None:
            classes = whole_number("classes", classes, least=2)
        training, self.test = checked_parts(self.load(), classes)
        order = torch.from_numpy(
            np.random.default_rng([self.data_seed, 1]).permutation(len(training))
        )
        held_out = int(len(order) * self.validation_share)
        if len(order) - held_out < 2:
            raise ValueError(
                f"validation_share is {self.validation_share}, but of {len(order)} training "
                "samples at least 2 must be left to train on"
            )
        self.train = training.rows(order[held_out:])
        self.validation = training.rows(order[:held_out])
        inputs = self.train.inputs
        self.kept = (
            varying_inputs(inputs) if self.leave_out_constant else torch.arange(inputs.shape[1])
        )
        self._loaded = True

    def checksum(self) -> str:
        """The SHA-256 of all samples, with all inputs."""
        digest = hashlib.sha256()
        for samples in (self.train, self.validation, self.test):
            for tensor in samples:
                digest.update(tensor.contiguous().numpy().data)
        return digest.hexdigest()

    def train_dataloader(self) -> DataLoader:
        """The training samples, each seed in an order of its own, another every epoch."""
        samples = self._on_device(self.train)
        order = SeededOrder(
            len(samples),
            self.batch_size,
            self.seeds,
            device=samples.inputs.device,
            **self._place(),
        )
        self._training_batches = _Batches(samples)
        return DataLoader(self._training_batches, sampler=order, batch_size=None)

    def serve(self, active: Tensor | None) -> None:
        """Let training batches hold these of the ``kept`` inputs alone: positions; or all."""
        if self._training_batches is not None:
            self._training_batches.serve(active)

    def val_dataloader(self) -> DataLoader | list[DataLoader]:
        """The samples held out, the same for all seeds; an empty list where there are none."""
        return self._in_order(self.validation) if len(self.validation) else []

    def test_dataloader(self) -> DataLoader:
        """The test samples, the same for all seeds."""
        return self._in_order(self.test)

    def predict_dataloader(self) -> DataLoader:
        """The test samples, as :meth:`test_dataloader` has them."""
        return self._in_order(self.test)

    def _on_device(self, samples: Samples) -> Samples:
        """The samples as batches hold them, where the model is."""
        device = self.trainer.strategy.root_device if self.trainer else torch.device("cpu")
        if len(self.kept) < samples.inputs.shape[1]:
            samples = samples.columns(self.kept)
        return samples.to(device)

    def _in_order(self, samples: Samples) -> DataLoader:
        samples = self._on_device(samples)
        order = InOrder(len(samples), device=samples.inputs.device, **self._place())
        return DataLoader(_Batches(samples), sampler=order, batch_size=None)

    def _place(self) -> dict[str, int]:
        """Which of how many processes this is."""
        if self.trainer is None:
            return {"process": 0, "processes": 1}
        return {"process": self.trainer.global_rank, "processes": self.trainer.world_size}


class _Batches(Dataset[tuple[Tensor, ...]]):
    """Indexes whole batches out of the tensors: collating sample by sample would cost more
    than the network."""

    def __init__(self, samples: Samples) -> None:
        self.whole = self.samples = samples
        self.active: Tensor | None = None

    def serve(self, active: Tensor | None) -> None:
        """Let batches hold these inputs alone, or all."""
        if active is not self.active:
            self.samples = self.whole if active is None else self.whole.columns(active)
            self.active = active

    def __getitem__(self, indices: Tensor) -> tuple[Tensor, ...]:
        flat = indices.flatten()
        return tuple(
            tensor.index_select(0, flat).unflatten(0, indices.shape) for tensor in self.samples
        )
