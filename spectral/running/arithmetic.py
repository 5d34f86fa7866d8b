"""How torch computes while something is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def torch_with(threads: int) -> Iterator[None]:
    """Within it torch computes in so many threads, and numbers too small for float32 are 0.

    Another number of threads adds in another order, and results are others. Silent inputs shrink
    to denormal numbers, which cost a hundred times more.

    Examples
    --------
    >>> before = torch.get_num_threads()
    >>> with torch_with(threads=before + 1):
    ...     print(torch.get_num_threads() - before)
    1
    >>> torch.get_num_threads() - before
    0
    """
    before, flushing = torch.get_num_threads(), _flushes_denormal()
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        torch.set_flush_denormal(flushing)


def _flushes_denormal() -> bool:
    """Torch does not tell."""
    return not (torch.tensor(torch.finfo(torch.float32).tiny) / 2).item()
