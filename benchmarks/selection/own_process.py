"""Runs a function in a process of its own, and tells the time and the memory that it took."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spectral.running.workers import start_worker

ROOT = Path(__file__).parents[2]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
MEMORY = Path("/proc/self")
"""Where Linux tells a process's memory."""


class FunctionFailedError(Exception):
    """The function raised an error; the message is its."""


@dataclass(frozen=True)
class Measured:
    """What a function gave and took.

    Attributes
    ----------
    result : object
        What it returned.
    seconds : float
        Of one core.
    memory : float or None
        In MiB, at most beyond what the process held before; None where the system does not tell.
    """

    result: Any
    seconds: float
    memory: float | None


def measured(function: Callable[..., Any], *arguments: Any) -> Measured:
    """Call a function in a new process of one thread, which ends with this one.

    Raises
    ------
    FunctionFailedError
        If it raises anything, or its process dies.

    Examples
    --------
    >>> import operator
    >>> measured(operator.add, 2, 3).result
    5
    """
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.selection.own_process", str(os.getpid())],
        input=pickle.dumps((function, arguments)),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
    )
    if ended.returncode:
        raise FunctionFailedError(f"its process ended with {ended.returncode}")
    answer = pickle.loads(ended.stdout)
    if isinstance(answer, str):
        raise FunctionFailedError(answer)
    return Measured(*answer)


def answer_once() -> None:
    """Do what is asked on standard input; the answer is a tuple, or a sentence."""
    start_worker(int(sys.argv[1]))
    warnings.simplefilter("ignore")
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    try:
        function, arguments = pickle.load(sys.stdin.buffer)
        before = memory_now()
        started = time.process_time()
        result = function(*arguments)
        seconds = time.process_time() - started
        memory = None if before is None else largest_memory() - before
        pickle.dump((result, seconds, memory), answer)
    except Exception as error:
        pickle.dump(f"{type(error).__name__}: {error}", answer)
    answer.close()


def memory_now() -> float | None:
    """In MiB; from here on the largest is counted."""
    try:
        (MEMORY / "clear_refs").write_text("5")
        return told("VmRSS")
    except OSError:
        return None


def largest_memory() -> float:
    return told("VmHWM")


def told(name: str) -> float:
    """A number of the process's status, in MiB."""
    lines = (MEMORY / "status").read_text().splitlines()
    (kib,) = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(kib) / 1024


if __name__ == "__main__":
    answer_once()
