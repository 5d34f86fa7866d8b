"""Torch's random numbers, seeded for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(number: int) -> Iterator[None]:
    """Within it torch draws from this seed; after it, as if nothing had been drawn.

    On the CPU and on the GPUs in use: others keep their state.

    Examples
    --------
    >>> with seeded(7):
    ...     first = torch.rand(2)
    >>> with seeded(7):
    ...     print(torch.equal(torch.rand(2), first))
    True
    """
    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    with torch.random.fork_rng(devices):
        torch.default_generator.manual_seed(number)
        for device in devices:
            torch.cuda.default_generators[device].manual_seed(number)
        yield


def number_of(*parts: int) -> int:
    """One seed out of several numbers, none negative."""
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0])
