"""What this process and those it started hold of the memory for themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import psutil
from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky import get_reusable_executor

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_OF_AN_IMPORT = 5


@contextmanager
def watched() -> Iterator[dict[str, Any]]:
    """Seconds, and the memory of this process and those it starts: before, and at its largest."""
    before = memory()
    figures: dict[str, Any] = {}
    largest, stop = [before], threading.Event()

    def look() -> None:
        while not stop.wait(SECONDS_BETWEEN_LOOKS):
            largest.append(memory())

    watcher = threading.Thread(target=look)
    watcher.start()
    started = time.perf_counter()
    try:
        yield figures
    finally:
        figures["seconds"] = round(time.perf_counter() - started, 1)
        stop.set()
        watcher.join()
    figures["bytes_in_all"] = max(largest)
    figures["bytes_before"] = before


def memory_of_imports() -> int:
    """Bytes that the processes of joblib hold when they have only imported the package."""
    before = memory()
    modules = ["spectral.selection.dealt_eliminations"] * cpu_count()
    Parallel(cpu_count())(delayed(import_and_wait)(module) for module in modules)
    held = memory() - before
    get_reusable_executor().shutdown(wait=True)
    return held


def memory() -> int:
    """Bytes that this process and those it started hold for themselves."""
    here = psutil.Process()
    held = 0
    for process in (here, *here.children(recursive=True)):
        try:
            held += process.memory_full_info().uss
        except psutil.Error:  # it has just ended
            continue
    return held


def import_and_wait(module: str) -> None:
    """Import a module, and take so long that each of several processes does it once."""
    import_module(module)
    time.sleep(SECONDS_OF_AN_IMPORT)
