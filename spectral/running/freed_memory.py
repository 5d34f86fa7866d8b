"""Keeps the memory that tensors free, so that the next step need not ask for it again."""

from __future__ import annotations

import ctypes
import platform

TRIM_THRESHOLD = -1  # M_TRIM_THRESHOLD of malloc.h
MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD
LARGEST_MMAP_THRESHOLD = 32 * 1024 * 1024


def keep_freed_memory() -> None:
    """Tell glibc not to return freed blocks of up to 32 MiB to the system.

    A training step allocates and frees the same tensors again and again. By default glibc maps
    the larger ones anew each time, and the page faults cost 10 to 25 % of the step. Elsewhere
    than on Linux with glibc this does nothing.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD)
        libc.mallopt(TRIM_THRESHOLD, 2**31 - 1)
