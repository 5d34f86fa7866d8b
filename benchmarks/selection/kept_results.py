"""Results of many pieces of work, kept one by one, so that an interrupted run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from filelock import FileLock, Timeout
from joblib import Parallel, delayed

from benchmarks.this_machine import machine
from spectral.running.files import write_json
from spectral.running.one_line_progress import progress_line
from spectral.running.workers import closing_quietly, deaf_to_signals

Result = Mapping[str, Any]

MEASURED, MACHINE = "measured", "machine"
"""What every result holds beside its numbers: when it was measured, and on what."""


def stored_results(path: Path) -> dict[str, Result]:
    """What a file holds, by name; nothing where there is none.

    Raises
    ------
    ValueError
        If the file does not hold results.
    """
    if not path.exists():
        return {}
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        results = None
    if not isinstance(results, dict) or not all(
        isinstance(each, dict) for each in results.values()
    ):
        raise ValueError(f"{path} does not hold results by name: remove it, or name another file")
    return results


def work_through(
    path: Path, tasks: Mapping[str, Callable[[], Result]], workers: int
) -> dict[str, Result]:
    """The results of all tasks by name; those in the file are not computed again.

    Parameters
    ----------
    path : Path
        A JSON file, written after each task.
    tasks : mapping of str to callable
        What to do.
    workers : int
        How many tasks are done at a time, where joblib is told to do them.

    Raises
    ------
    ValueError
        If the file does not hold results, or another process writes it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=0):
            return _do_what_is_missing(path, tasks, workers)
    except Timeout:
        raise ValueError(
            f"another process keeps its results in {path}: name another file"
        ) from None


def _do_what_is_missing(
    path: Path, tasks: Mapping[str, Callable[[], Result]], workers: int
) -> dict[str, Result]:
    results = stored_results(path)
    missing = [name for name in tasks if name not in results]
    Random(0).shuffle(missing)  # long ones among short ones: so the time left can be told
    with progress_line(path.stem, shown=bool(missing)) as progress:
        with deaf_to_signals():
            running = Parallel(workers, return_as="generator_unordered", batch_size=1)(
                delayed(named)(name, tasks[name]) for name in missing
            )
        with closing_quietly(running):
            for done, (name, result) in enumerate(running, start=1):
                results[name] = result
                write_json(path, results)
                if progress:
                    progress(done, len(missing))
    return {name: results[name] for name in tasks}


def named(name: str, task: Callable[[], Result]) -> tuple[str, Result]:
    """What a task gives, when and where, with its name."""
    result = task()
    when = datetime.now(UTC).isoformat(timespec="seconds")
    return name, {MEASURED: when, MACHINE: machine(), **result}


def numbers(result: Result) -> dict[str, Any]:
    """A result without when and where it was measured."""
    return {name: value for name, value in result.items() if name not in (MEASURED, MACHINE)}


def provenance(results: Iterable[Result]) -> dict[str, Any]:
    """When the first and the last of some results were measured, and on which machines.

    Of results that do not tell, nothing is said.

    Examples
    --------
    >>> day = {"measured": "2026-05-01", "machine": {"cores": 2}}
    >>> provenance([day, day | {"measured": "2026-05-02"}])
    {'measured': ['2026-05-01', '2026-05-02'], 'machines': [{'cores': 2}]}
    """
    results = [*results]
    days = sorted(result[MEASURED] for result in results if MEASURED in result)
    machines = {str(result[MACHINE]): result[MACHINE] for result in results if MACHINE in result}
    return {"measured": days[:1] + days[1:][-1:], "machines": [*machines.values()]}
