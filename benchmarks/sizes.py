"""How long tables of many rows or columns take, and how much memory.

    python -m benchmarks.sizes [CASE ...]

Every case runs in a process of its own, with what it starts. Its memory is what the processes
together hold for themselves: all of it, what was held before the fit (the table that is handed over
among it), and what the processes of joblib hold when they have only imported the package. Results
go into ``sizes.json``, case by case.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
import pandas as pd
import pyarrow as pa
from joblib import cpu_count
from joblib.externals.loky import get_reusable_executor
from pyarrow import parquet

from benchmarks.memory_of_processes import memory_of_imports, watched
from benchmarks.this_machine import machine
from benchmarks.timing import fresh_processes
from spectral.running.files import write_json

RESULT = Path(__file__).with_name("sizes.json")
BYTES_OF_THE_FILE = 3e9
LIMIT = int(1.5e9)
"""Bytes that each process of the case with the file may allocate."""
ROUNDS = 3
"""Of the case with a cluster."""
WORKERS_THAT_COMPUTE = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 2**28,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 2**25,
}
"""Options of Dask: by default it looks at its workers 100 times a second, and lets them hand memory
back to the system after every step of a training."""


def table(rows: int, columns: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Normal numbers; the class depends on a product, a square and two single columns."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((rows, columns), dtype=np.float32).astype(float)
    total = X[:, 0] * X[:, 1] + (X[:, 2] ** 2 - 1) + X[:, 3] + X[:, 4]
    return X, (total + 0.5 * random.normal(size=rows) > 0).astype(int)


def select(rows: int, columns: int) -> dict[str, Any]:
    """The selector with its defaults."""
    from spectral import SpectralFeatureSelector

    imports = memory_of_imports()
    X, y = table(rows, columns)
    with watched() as figures:
        selector = SpectralFeatureSelector(random_state=0, n_jobs=cpu_count()).fit(X, y)
    chosen = np.flatnonzero(selector.support_)
    return figures | {
        "bytes_of_imports": imports,
        "bytes_of_the_table": X.nbytes,
        "selected": len(chosen),
        "selected_and_true": int((chosen < 5).sum()),
        "true": 5,
    }


def rank_a_large_file() -> dict[str, Any]:
    """The command on a Parquet file larger than the memory that it may have."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.parquet"
        write_large_file(path)
        command = [sys.executable, "-m", "spectral.rank.console", str(path), "--target", "y"]
        with watched() as figures:
            subprocess.run(
                [*command, "--output", f"{folder}/ranking", "--runs", f"{folder}/runs"],
                check=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT)),
            )
        ranking = pd.read_csv(Path(folder) / "ranking" / "ranking.csv")
        chosen = ranking["input"][ranking["selected"]]
        figures |= {"bytes_of_the_file": path.stat().st_size, "limit": LIMIT}
    true = {f"x{number}" for number in range(5)}
    return figures | {
        "selected": len(chosen),
        "selected_and_true": len(true & {*chosen}),
        "true": len(true),
    }


def write_large_file(path: Path) -> None:
    """Row group after row group, until the file is large."""
    number = 0
    schema = pa.schema([*((f"x{column}", pa.float64()) for column in range(50)), ("y", pa.int64())])
    with parquet.ParquetWriter(path, schema, compression="none", use_dictionary=False) as writer:
        while path.stat().st_size < BYTES_OF_THE_FILE:
            X, y = table(500_000, 50, seed=number)
            writer.write_table(pa.table([*X.T, y], schema=schema))
            number += 1


def beside_lassonet() -> dict[str, Any]:
    """The selector and LassoNet's path, both with their defaults; how well their inputs predict.

    A tree ensemble is trained anew on the inputs that each selects: LassoNet those of the step of
    its path with the smallest loss of validation.
    """
    from lassonet import LassoNetClassifier
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import scale

    from spectral import SpectralFeatureSelector

    X, y = table(10_000, 100)
    training, held_out, y_training, y_held_out = train_test_split(scale(X), y, random_state=0)

    def accuracy(chosen: np.ndarray) -> float:
        trees = HistGradientBoostingClassifier(random_state=0)
        trees.fit(training[:, chosen], y_training)
        return float(trees.score(held_out[:, chosen], y_held_out))

    with watched() as ours:
        selector = SpectralFeatureSelector(random_state=0, n_jobs=cpu_count())
        chosen = selector.fit(training, y_training).support_
    with watched() as theirs:
        path = LassoNetClassifier(random_state=0).path(
            training.astype(np.float32), y_training, return_state_dicts=False
        )
    best = min(path, key=lambda step: step.val_loss).selected.numpy()
    return {
        "selector": ours | {"selected": int(chosen.sum()), "accuracy": accuracy(chosen)},
        "LassoNet": theirs | {"selected": int(best.sum()), "accuracy": accuracy(best)},
        "times_as_fast": round(theirs["seconds"] / ours["seconds"], 1),
    }


def on_a_cluster() -> dict[str, Any]:
    """The selector in one process, and on a Dask cluster of two workers of one thread, in turns.

    The workers neither sample what they do nor give memory back, as docs/clusters.md advises.
    """
    import dask
    from distributed import LocalCluster

    from spectral import SpectralFeatureSelector
    from spectral.running.workers import processes_at

    X, y = table(20_000, 400)
    dask.config.set(WORKERS_THAT_COMPUTE)

    def seconds_of_fit(processes: int) -> float:
        with watched() as figures:
            SpectralFeatureSelector(random_state=0, n_jobs=processes).fit(X, y)
        return float(figures["seconds"])

    one, two = [], []
    for _ in range(ROUNDS):
        one.append(seconds_of_fit(1))
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            processes_at(cluster.scheduler_address, None, "cpu") as processes,
        ):
            two.append(seconds_of_fit(processes))
    ratio = round(median(two) / median(one), 3)
    return {"seconds_of_one": one, "seconds_of_two": two, "two_over_one": ratio}


CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "100 000 rows, 200 columns": lambda: select(100_000, 200),
    "1 000 000 rows, 50 columns": lambda: select(1_000_000, 50),
    "500 rows, 20 000 columns": lambda: select(500, 20_000),
    "a file of 3 GB": rank_a_large_file,
    "10 000 rows, 100 columns, beside LassoNet": beside_lassonet,
    "20 000 rows, 400 columns, two Dask workers": on_a_cluster,
}


def measured(name: str) -> dict[str, Any]:
    """A case, in a fresh process."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with fresh_processes(1) as pool:
        return {"measured": started, "machine": machine()} | pool.submit(run_case, name).result()


def run_case(name: str) -> dict[str, Any]:
    """A case, and the end of the processes it started: idle ones would be waited for, minutes."""
    try:
        return CASES[name]()
    finally:
        get_reusable_executor().shutdown(wait=True)


@click.command()
@click.argument("cases", nargs=-1, type=click.Choice([*CASES]))
def main(cases: tuple[str, ...]) -> None:
    """Measure CASES, by default all."""
    results = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    for name in cases or CASES:
        try:
            results[name] = measured(name)
        except ModuleNotFoundError as error:
            print(f"{name}: left out, for {error.name} is not installed")
            continue
        write_json(RESULT, results)
        print(name, results[name])


if __name__ == "__main__":
    main()
