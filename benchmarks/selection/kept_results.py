"""Results of many pieces of work, kept one by one, so that an interrupted run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from joblib import Parallel, delayed

from spectral.running.files import write_json
from spectral.running.one_line_progress import progress_line
from spectral.running.workers import closing_quietly, deaf_to_signals

Result = Mapping[str, Any]


def stored_results(path: Path) -> dict[str, Result]:
    """What a file holds, by name; nothing where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


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
    """
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
    """What a task gives, with its name."""
    return name, task()
