"""Progress: the time left is that of the recent pace, and what is resumed is said."""

import json
from pathlib import Path

from reproduce.training.progress import Part, TrainingProgress
from reproduce.training.progress_display import plain_lines


class Training:
    """Workers that report what a test says, and a clock that a test sets."""

    def __init__(self, folder: Path, *parts: tuple[str, int, int], processes: int = 2) -> None:
        self.now = 1000.0
        self.parts = [
            Part(title, epochs, seeds, folder / f"{number}.json")
            for number, (title, epochs, seeds) in enumerate(parts)
        ]
        self.progress = TrainingProgress(self.parts, processes, clock=lambda: self.now)

    def report(
        self, part: int, epochs: int, seconds: float, resumed_at: int = 0, accuracy: float = 0.5
    ) -> None:
        content = {
            "epochs": epochs,
            "resumed_at": resumed_at,
            "seconds": seconds,
            "accuracy": None if epochs == resumed_at else accuracy,
        }
        self.parts[part].file.write_text(json.dumps(content))

    def lines(self) -> list[str]:
        self.progress.look()
        return plain_lines(self.progress)


def test_nothing_is_said_of_what_has_not_begun(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 100, 5))
    assert training.lines() == []
    training.report(0, epochs=0, seconds=0)
    assert training.lines() == ["A: epoch 0/100"]
    assert plain_lines(training.progress, final=True) == ["A: epoch 0/100"]


def test_resumed_epochs_are_said_and_are_no_speed(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 100, 5))
    training.report(0, epochs=80, seconds=0, resumed_at=80)
    assert training.lines() == ["A: epoch 80/100, resumed at epoch 80"]
    training.report(0, epochs=82, seconds=8, resumed_at=80, accuracy=0.9871)
    assert training.lines() == [
        "A: epoch 82/100, resumed at epoch 80, training accuracy 98.71%, 0:01:12 left"
    ]


def test_workers_may_begin_and_resume_at_different_moments(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 100, 5), ("A", 100, 5))
    training.report(0, epochs=40, seconds=0, resumed_at=40)
    training.lines()
    training.now += 20
    training.report(0, epochs=50, seconds=20, resumed_at=40)
    training.report(1, epochs=60, seconds=0, resumed_at=60)
    (line,) = training.lines()
    assert line == (
        "A: epoch 55/100, resumed at epochs 40 and 60, training accuracy 50.00%, 0:01:40 left"
    )


def test_between_two_reports_the_time_left_falls_by_an_epoch_at_most(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 100, 1))
    training.report(0, epochs=0, seconds=0)
    training.lines()
    training.report(0, epochs=90, seconds=5400)
    training.lines()
    training.now += 45
    assert training.lines()[0].endswith("0:09:15 left")
    training.now += 600
    assert training.lines()[0].endswith("0:09:00 left")


def test_the_pace_is_the_recent_one(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 1000, 1))
    for second in range(0, 101, 10):  # slow at first: an epoch in 10 s
        training.report(0, epochs=second // 10, seconds=second)
        training.lines()
    for second in range(101, 151):  # then 2 a second
        training.report(0, epochs=10 + 2 * (second - 100), seconds=second)
        (line,) = training.lines()
    assert line.endswith("0:07:25 left")


def test_seeds_that_wait_count_in_the_time_left(tmp_path: Path) -> None:
    training = Training(tmp_path, *[("A", 100, 5)] * 4)
    for part in (0, 1):
        training.report(part, epochs=0, seconds=0)
    training.lines()
    for part in (0, 1):
        training.report(part, epochs=50, seconds=50)
    assert training.lines()[0].endswith("0:02:30 left")


def test_all_data_sets_together(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 100, 5), ("A", 100, 5), ("B", 10, 5), ("B", 10, 5))
    for part in (0, 1):
        training.report(part, epochs=0, seconds=0)
        training.lines()
        training.report(part, epochs=50, seconds=50)
    lines = training.lines()
    assert [line.split(":")[0] for line in lines] == ["A"], "the pace of B is not known yet"
    training.report(0, epochs=100, seconds=100)
    training.report(2, epochs=0, seconds=0)
    training.lines()
    training.report(2, epochs=1, seconds=20)
    assert [line.rsplit(", ", 1)[1] for line in training.lines()] == [
        "0:00:50 left",
        "0:03:20 left",
        "0:03:35 left",
    ]


def test_a_part_begun_anew_by_another_worker_is_timed_anew(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 100, 5))
    training.report(0, epochs=0, seconds=0)
    training.lines()
    training.report(0, epochs=60, seconds=60)
    training.lines()
    training.report(0, epochs=40, seconds=0, resumed_at=40)
    assert training.lines() == ["A: epoch 40/100, resumed at epoch 40"]
    training.report(0, epochs=42, seconds=1, resumed_at=40)
    assert training.lines()[0].endswith(
        "resumed at epoch 40, training accuracy 50.00%, 0:00:29 left"
    )


def test_a_report_that_makes_no_sense_is_passed_over(tmp_path: Path) -> None:
    training = Training(tmp_path, ("A", 100, 5))
    for content in ("", "{", "[]", '{"epochs": "3"}', "null"):
        training.parts[0].file.write_text(content)
        assert training.lines() == []
