"""Progress where there is no terminal: plain lines, also of epochs that other processes train."""

import io
import time

from joblib import Parallel, delayed
from rich.console import Console

from spectral.running.epochs_told import EpochsTold
from spectral.running.one_line_progress import PlainLines


def test_a_line_now_and_then_with_the_time_left() -> None:
    times = iter([0.0, 1.0, 10.0, 11.0, 25.0, 26.0])
    stream = io.StringIO()
    report = PlainLines("Training", Console(file=stream, width=80), clock=lambda: next(times))
    for done in (1, 20, 21, 50, 100):
        report(done, 100)
    assert stream.getvalue().splitlines() == [
        "Training …",
        "Training: 20 %, 0:00:40 left",
        "Training: 50 %, 0:00:25 left",
    ]


def test_epochs_of_other_processes_are_told() -> None:
    heard: list[tuple[int, int]] = []
    with EpochsTold(2, 10, lambda done, total: heard.append((done, total))) as told:
        Parallel(n_jobs=2)(delayed(told.teller(number))(3 + number) for number in range(2))
        time.sleep(1)
        told.ended(0)
    assert heard[0][1] == 20
    assert (7, 20) in heard
    assert heard[-1] == (14, 20)


def test_where_nobody_listens_nothing_is_told() -> None:
    with EpochsTold(2, 10, None) as told:
        assert told.teller(0) is None
        told.ended(0)
