"""Where groups are trained: worker processes of this machine, or those of a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

from joblib import cpu_count, parallel_config

from spectral.running.freed_memory import keep_freed_memory

DASK_TIMEOUT = 10  # seconds to wait for the scheduler


@contextmanager
def processes_at(dask: str | None, workers: int | None, device: str) -> Iterator[int]:
    """While open, joblib's tasks run there; yields how many at a time.

    Where a cluster has a single worker, joblib computes in this process; a warning says so.

    Parameters
    ----------
    dask : str or None
        The address of a Dask scheduler, such as ``"tcp://host:8786"``, or None for this machine.
    workers : int or None
        The number of processes; None for one a core, or for what the cluster has.
    device : str
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
        with parallel_config(
            backend="loky",
            initializer=start_worker,
            initargs=(os.getpid(),),
            max_nbytes=None,  # nothing to share in memory: no folder for it is made
            temp_folder=tempfile.gettempdir(),
        ):
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
        if len(threads) == 1:
            warnings.warn(
                f"the Dask cluster at {dask} has a single worker, and joblib sends work to two or "
                "more: all is computed by this process",
                stacklevel=1,
            )
        try:
            with parallel_config(backend="dask"):
                yield workers or len(threads)
        except KilledWorker as error:
            raise OSError(f"Dask gave up on seeds whose workers died: {error}") from None
        except ModuleNotFoundError as error:
            raise OSError(f"a Dask worker lacks {error.name}: install this package there") from None


@contextmanager
def deaf_to_signals() -> Iterator[None]:
    """Processes started while open never hear Ctrl-C: it is for the process that started them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # Python 3.11 would unblock the signals when it starts it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def closing_quietly(results: Generator[Any, None, None]) -> Iterator[None]:
    """End what joblib still does for ``results`` when the block ends, however it ends.

    Left to the garbage collector, joblib would warn of results that nobody takes any more, below
    the last words of a command that was interrupted.
    """
    try:
        yield
    finally:
        with warnings.catch_warnings(action="ignore"):
            results.close()


def start_worker(parent: int) -> None:
    """Set up a worker process, which ends when its parent was killed: nobody takes its results."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    warnings.showwarning = print_warning_of_worker
    keep_freed_memory()


def print_warning_of_worker(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning as one line, without the place in the code."""
    print(f"Warning: {message}", file=sys.stderr)
