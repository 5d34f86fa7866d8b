"""Results of many pieces of work, kept one by one, so that an interrupted run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed
from rich.console import Console
from rich.progress import track

from spectral.running.files import write_json

Result = Mapping[str, Any]


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
        How many tasks are done at a time.
    """
    results = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in tasks if name not in results]
    running = Parallel(workers, return_as="generator", batch_size=1)(
        delayed(tasks[name])() for name in missing
    )
    shown = track(running, path.stem, total=len(missing), console=Console(stderr=True))
    for name, result in zip(missing, shown, strict=True):
        results[name] = result
        write_json(path, results)
    return {name: results[name] for name in tasks}
