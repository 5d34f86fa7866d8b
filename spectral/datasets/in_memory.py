"""Data sets small enough to be kept as two tensors where the model is."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, DistributedSampler

from spectral.arguments import checked_seeds, real_number, usable_device, whole_number
from spectral.samples import Samples, checked_parts

EVALUATION_BATCH = 4096


class InMemoryDataModule(pl.LightningDataModule, ABC):
    """Serves batches of ``(S, B, N)``, each seed in an order of its own.

    A subclass says in :meth:`load` what the training and test samples are: tensors, arrays or
    lists, which become float32 inputs and int64 labels. A share of the training samples is held
    out for validation, the same for every seed. The order of seed k in epoch e depends on (k, e)
    alone.

    Parameters
    ----------
    batch_size
        B, for each seed. The last batch of an epoch may be smaller; a rest of one sample joins
        the batch before it.
    validation_share
        The share of the training samples held out, at least 0 and below 1.
    data_seed
        Decides what is drawn and what is held out.
    seeds
        The seeds served. While a module with ``seeds`` is trained, those of the module.

    Raises
    ------
    TypeError, ValueError
        If an option is wrong; from :meth:`setup`, if the data are not numbers, their shapes do
        not fit, they hold NaN or infinity, or labels outside the classes.
    """

    classes: int
    """The number of classes."""

    def __init__(
        self,
        *,
        batch_size: int = 500,
        validation_share: float = 0.1,
        data_seed: int = 0,
        seeds: Sequence[int] = (0,),
    ) -> None:
        super().__init__()
        batch_size = whole_number("batch_size", batch_size, least=1)
        validation_share = real_number("validation_share", validation_share, least=0, below=1)
        data_seed = whole_number("data_seed", data_seed)
        self.save_hyperparameters(ignore="seeds")  # those of the module count
        self.hparams.update(
            batch_size=batch_size, validation_share=validation_share, data_seed=data_seed
        )
        self.batch_size = batch_size
        self.validation_share = validation_share
        self.data_seed = data_seed
        self.seeds = checked_seeds(seeds)
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
        module = self.trainer.lightning_module if self.trainer else None
        self.seeds = checked_seeds(getattr(module, "seeds", self.seeds))
        if not self._loaded:
            self._load_and_split()
        if module is not None:
            self._check_module(module)

    def _check_module(self, module: pl.LightningModule) -> None:
        """Refuse a module whose inputs or classes are not those of the data."""
        features = self.test.inputs.shape[1]
        for name, own in (("in_features", features), ("classes", self.classes)):
            wanted = module.hparams.get(name, own)
            if wanted != own:
                raise ValueError(f"the module has {name}={wanted}, but the data have {own}")

    def _load_and_split(self) -> None:
        classes = whole_number("classes", getattr(self, "classes", None), least=2)
        training, self.test = checked_parts(self.load(), classes)
        order = torch.from_numpy(
            np.random.default_rng([self.data_seed, 1]).permutation(len(training.labels))
        )
        held_out = int(len(order) * self.validation_share)
        if len(order) - held_out < 2:
            raise ValueError(
                f"validation_share is {self.validation_share}, but of {len(order)} training "
                "samples at least 2 must be left to train on"
            )
        self.train = Samples(*(tensor[order[held_out:]] for tensor in training))
        self.validation = Samples(*(tensor[order[:held_out]] for tensor in training))
        self._loaded = True

    def checksum(self) -> str:
        """The SHA-256 of all samples as they are served."""
        digest = hashlib.sha256()
        for samples in (self.train, self.validation, self.test):
            for tensor in samples:
                digest.update(tensor.contiguous().numpy().data)
        return digest.hexdigest()

    def train_dataloader(self) -> DataLoader:
        samples = self._on_device(self.train)
        order = SeededOrder(
            len(samples.labels),
            self.batch_size,
            self.seeds,
            device=samples.labels.device,
            **self._place(),
        )
        return DataLoader(_Batches(samples), sampler=order, batch_size=None)

    def val_dataloader(self) -> DataLoader | list[DataLoader]:
        return self._in_order(self.validation) if len(self.validation.labels) else []

    def test_dataloader(self) -> DataLoader:
        return self._in_order(self.test)

    def _on_device(self, samples: Samples) -> Samples:
        device = self.trainer.strategy.root_device if self.trainer else torch.device("cpu")
        return samples.to(device)

    def _in_order(self, samples: Samples) -> DataLoader:
        samples = self._on_device(samples)
        order = InOrder(len(samples.labels), device=samples.labels.device, **self._place())
        return DataLoader(_Batches(samples), sampler=order, batch_size=None)

    def _place(self) -> dict[str, int]:
        """Which of how many processes this is."""
        if self.trainer is None:
            return {"process": 0, "processes": 1}
        return {"process": self.trainer.global_rank, "processes": self.trainer.world_size}


class SeededOrder(DistributedSampler[Tensor]):
    """The training order: batches of indices ``(S, B)``, shuffled by (seed, epoch).

    Where several processes train one network, each gets its share of every batch. (It is a
    ``DistributedSampler`` so that Lightning does not wrap it in one.) The order of an epoch is
    brought to the device at once, not batch by batch.

    Examples
    --------
    >>> order = SeededOrder(samples=6, batch_size=4, seeds=[0, 7])
    >>> [tuple(batch.shape) for batch in order]
    [(2, 4), (2, 2)]
    >>> alone = SeededOrder(samples=6, batch_size=4, seeds=[7])
    >>> all(torch.equal(a[1], b[0]) for a, b in zip(order, alone))
    True
    """

    def __init__(
        self,
        samples: int,
        batch_size: int,
        seeds: Sequence[int],
        *,
        device: torch.device | str = "cpu",
        process: int = 0,
        processes: int = 1,
    ) -> None:
        samples, place = _checked_place(samples, process, processes)
        super().__init__(range(samples), **place)  # type: ignore[arg-type]
        batch_size = whole_number("batch_size", batch_size, least=1)
        if batch_size < processes:
            raise ValueError(
                f"batch_size is {batch_size}, but each of {processes} processes needs a share"
            )
        self.samples = samples
        self.batch_size = batch_size
        self.seeds = checked_seeds(seeds)
        self.device = usable_device("device", device)

    def set_epoch(self, epoch: int) -> None:
        super().set_epoch(whole_number("epoch", epoch))

    def __iter__(self) -> Iterator[Tensor]:
        orders = [
            np.random.default_rng([seed, self.epoch]).permutation(self.samples)
            for seed in self.seeds
        ]
        order = torch.from_numpy(np.stack(orders)).to(self.device)
        for batch in order.split(self._batch_sizes(), dim=1):
            yield batch[:, self.rank :: self.num_replicas]

    def __len__(self) -> int:
        return len(self._batch_sizes())

    def _batch_sizes(self) -> list[int]:
        """Full batches and a rest; one too small for a variance, or for each process to have a
        share, joins the batch before."""
        full, rest = divmod(self.samples, self.batch_size)
        sizes = [self.batch_size] * full
        if rest < max(2, self.num_replicas) and full:
            sizes[-1] += rest
        elif rest:
            sizes.append(rest)
        return sizes


class InOrder(DistributedSampler[Tensor]):
    """Batches of indices ``(B,)`` as they come, for evaluation; each process has its share.

    Examples
    --------
    >>> [batch.tolist() for batch in InOrder(samples=5, process=1, processes=2)]
    [[1, 3]]
    """

    def __init__(
        self,
        samples: int,
        *,
        device: torch.device | str = "cpu",
        process: int = 0,
        processes: int = 1,
    ) -> None:
        samples, place = _checked_place(samples, process, processes)
        super().__init__(range(samples), **place)  # type: ignore[arg-type]
        self.order = torch.arange(samples, device=usable_device("device", device))

    def __iter__(self) -> Iterator[Tensor]:
        for batch in self.order.split(EVALUATION_BATCH):
            yield batch[self.rank :: self.num_replicas]

    def __len__(self) -> int:
        return len(self.order.split(EVALUATION_BATCH))


def _checked_place(samples: int, process: int, processes: int) -> tuple[int, dict[str, int]]:
    """The number of samples, and which of how many processes, as torch's sampler has it."""
    replicas = whole_number("processes", processes, least=1)
    rank = whole_number("process", process, most=replicas - 1)
    return whole_number("samples", samples, least=1), {"num_replicas": replicas, "rank": rank}


class _Batches(Dataset[Samples]):
    """Indexes whole batches out of the tensors: collating sample by sample would cost more
    than the network."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples

    def __getitem__(self, indices: Tensor) -> Samples:
        flat = indices.flatten()
        inputs, labels = (tensor.index_select(0, flat) for tensor in self.samples)
        return Samples(inputs.unflatten(0, indices.shape), labels.view(indices.shape))


def split_test(inputs: np.ndarray, labels: np.ndarray, share: float) -> tuple[Samples, Samples]:
    """Training and test samples; the rows are taken to be in random order already."""
    tested = int(len(labels) * share)
    samples = Samples(torch.from_numpy(inputs).float(), torch.from_numpy(labels))
    training, test = (
        Samples(*(tensor[rows] for tensor in samples))
        for rows in (slice(tested, None), slice(tested))
    )
    return training, test
