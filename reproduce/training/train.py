"""Trains the seeds that are missing: dealt to worker processes, stored as they come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from joblib import Parallel, cpu_count, delayed

from reproduce.training.group_training import CHECKPOINT_SECONDS, available_device, train_group
from reproduce.training.groups import LARGEST_GROUP, Group, deal, split
from reproduce.training.progress import Part, TrainingProgress
from reproduce.training.progress_display import ProgressDisplay
from reproduce.training.runs import Run
from spectral.running.workers import deaf_to_signals, processes_at


def train_missing(
    runs: Sequence[Run],
    device: str,
    workers: int | None = None,
    *,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    dask: str | None = None,
    logs: Path | None = None,
) -> None:
    """Train and store what the runs lack; seeds that are stored are not trained again.

    On CPU the seeds are dealt to worker processes, by default one a core, and the cores to the
    workers. On a GPU all seeds of a run train as one batch, one run after the other. If another
    process is training one of the runs, this one waits for it.

    Parameters
    ----------
    runs : sequence of Run
        What is wanted.
    device : str
        ``"cpu"``, ``"cuda"`` or ``"auto"``; with ``dask`` each worker decides.
    workers : int or None, default=None
        The number of processes, on CPU.
    checkpoint_seconds : float, default=10.0
        The shortest time between two checkpoints.
    dask : str or None, default=None
        The address of a Dask scheduler whose workers train instead of processes of this machine,
        each with one thread.
    logs : Path or None, default=None
        A folder for Lightning's logs of what is trained.
    """
    if dask is None:
        device = available_device(device)
    with alone_with([run for run in runs if run.missing_seeds()]) as incomplete:
        if not incomplete:
            return
        with processes_at(dask, workers, device) as processes:
            largest = LARGEST_GROUP if device != "cuda" else max(len(run.seeds) for run in runs)
            # From all runs, not from what they lack: threads, too, decide how sums are rounded.
            processes = min(processes, sum(len(split(r.seeds, processes, largest)) for r in runs))
            threads = 1 if dask else max(1, cpu_count() // processes)
            groups = list(deal(incomplete, processes, largest))
            run_of = {run.experiment.name: run for run in incomplete}
            parallel = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1)
            progress = TrainingProgress([part_of(group) for group in groups], processes)
            with without_reports_left(groups), ProgressDisplay(progress):
                with deaf_to_signals():
                    results = parallel(
                        delayed(train_group)(group, device, threads, checkpoint_seconds, logs)
                        for group in groups
                    )
                for group, trained in results:
                    run = run_of[group.experiment.name]
                    missing = run.missing_seeds()
                    for seed in trained:
                        if seed.seed in missing:
                            run.store(seed)
                    group.checkpoint.unlink(missing_ok=True)


@contextmanager
def without_reports_left(groups: Sequence[Group]) -> Iterator[None]:
    """Remove the reports of progress at the end, however it comes."""
    try:
        yield
    finally:
        for group in groups:
            group.report.unlink(missing_ok=True)


@contextmanager
def alone_with(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """While open, no other process trains the runs; yields those that still lack seeds."""
    with ExitStack() as locks:
        for run in sorted(runs, key=lambda run: run.folder):
            locks.enter_context(run.locked())
        yield [run for run in runs if run.missing_seeds()]


def part_of(group: Group) -> Part:
    """What the progress display has to know of a group."""
    return Part(group.experiment.title, group.schedule.epochs, len(group.seeds), group.report)
