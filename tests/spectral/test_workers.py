"""Processes that work for another one."""

import platform
import resource

import numpy as np
import pytest
from joblib import Parallel, delayed

from spectral.running.workers import processes_at

ARRAYS, BYTES = 200, 2**20


def faults_of_arrays() -> int:
    """How often the system has to find memory for arrays that are made and forgotten."""
    np.ones(BYTES, dtype=np.uint8)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(ARRAYS):
        np.ones(BYTES, dtype=np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries differ")
def test_a_worker_keeps_the_memory_it_frees() -> None:
    with processes_at(None, 2, "cpu") as processes:
        faults = Parallel(processes)(delayed(faults_of_arrays)() for _ in range(2))
    assert max(faults) < ARRAYS / 10
