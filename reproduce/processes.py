"""Where groups are trained: worker processes of this machine, or those of a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from joblib import cpu_count, parallel_config

DASK_TIMEOUT = 10  # seconds to wait for the scheduler


@contextmanager
def processes_at(dask: str | None, workers: int | None, device: str) -> Iterator[int]:
    """While open, joblib's tasks run there; yields how many at a time.

    Parameters
    ----------
    dask
        The address of a Dask scheduler, such as ``"tcp://host:8786"``, or None for this machine.
    workers
        The number of processes; None for one a core, or for what the cluster has.
    device
        ``"cpu"``, ``"cuda"``, or with Dask ``"auto"``. A GPU of this machine takes one process.

    Raises
    ------
    ValueError
        If Dask is not installed, or a worker has several threads: torch's seeds and number of
        threads belong to the process.
    OSError
        If no scheduler answers, the cluster has no worker, or its workers cannot do the work.
    """
    if dask is None:
        with parallel_config(backend="loky", initializer=end_with_parent, initargs=(os.getpid(),)):
            yield 1 if device == "cuda" else workers or cpu_count()
        return
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise ValueError(
            "--dask needs Dask: install it with pip install 'spectral-relevance[dask]'"
        ) from None
    try:
        client = Client(dask, timeout=DASK_TIMEOUT)
    except Exception as error:  # each protocol of an address has errors of its own
        raise OSError(f"no Dask scheduler answers at {dask}: {error}") from None
    with client:
        threads = client.nthreads()
        if not threads:
            raise OSError(f"the Dask cluster at {dask} has no worker")
        for worker, number in threads.items():
            if number > 1:
                raise ValueError(
                    f"the Dask worker {worker} has {number} threads, but needs to have one: start "
                    "it with --nthreads 1, and more of them with --nworkers"
                )
        try:
            with parallel_config(backend="dask"):
                yield workers or len(threads)
        except KilledWorker as error:
            raise OSError(f"Dask gave up on seeds whose workers died: {error}") from None
        except ModuleNotFoundError as error:
            raise OSError(f"a Dask worker lacks {error.name}: install this package there") from None


def in_worker() -> bool:
    """Whether this process was started by another to work for it."""
    return multiprocessing.current_process().name != "MainProcess"


def end_with_parent(parent: int) -> None:
    """End this process once its parent was killed: nobody would take its results."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
