"""In which order samples are served: each seed's own for training, as they come for evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DistributedSampler

from spectral.arguments import checked_seeds, usable_device, whole_number

EVALUATION_SAMPLES = 4096
"""Samples of a batch in evaluation."""


class SeededOrder(DistributedSampler[Tensor]):
    """The training order: batches of indices ``(S, B)``, shuffled by (seed, epoch).

    Where several processes train one network, each gets its share of every batch. (It is a
    ``DistributedSampler`` so that Lightning does not wrap it in one.) The order of an epoch is
    brought to the device at once, not batch by batch.

    Parameters
    ----------
    samples : int
        How many there are, at least 1.
    batch_size : int
        B. The last batch of an epoch may be smaller; a rest too small for a variance, or for
        each process to have a share, joins the batch before it.
    seeds : sequence of int
        S of them, all different.
    device : torch.device or str, default="cpu"
        Where the indices are wanted.
    process, processes : int, default=0 and 1
        Which of how many processes this is.

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or out of range, or a batch is too small for the processes.

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
        """Let the next pass have the orders of this epoch, at least 0."""
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
        full, rest = divmod(self.samples, self.batch_size)
        sizes = [self.batch_size] * full
        if rest < max(2, self.num_replicas) and full:
            sizes[-1] += rest
        elif rest:
            sizes.append(rest)
        return sizes


class InOrder(DistributedSampler[Tensor]):
    """Batches of indices ``(B,)`` as they come, for evaluation; each process has its share.

    Parameters
    ----------
    samples : int
        How many there are, at least 1.
    device : torch.device or str, default="cpu"
        Where the indices are wanted.
    process, processes : int, default=0 and 1
        Which of how many processes this is.

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or out of range.

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
        for batch in self.order.split(EVALUATION_SAMPLES):
            yield batch[self.rank :: self.num_replicas]

    def __len__(self) -> int:
        return len(self.order.split(EVALUATION_SAMPLES))


def _checked_place(samples: int, process: int, processes: int) -> tuple[int, dict[str, int]]:
    """The number of samples, and which of how many processes, as torch's sampler has it."""
    replicas = whole_number("processes", processes, least=1)
    rank = whole_number("process", process, most=replicas - 1)
    return whole_number("samples", samples, least=1), {"num_replicas": replicas, "rank": rank}
