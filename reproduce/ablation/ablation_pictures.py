"""The pictures of the ablation, and what they say, from its stored results."""

from __future__ import annotations

from pathlib import Path

from reproduce.ablation.answers import Answer, answers_of_benchmark, answers_of_penalties
from reproduce.ablation.benchmark_parts import BENCHMARK, read_benchmark
from reproduce.ablation.benchmark_picture import draw_benchmark
from reproduce.ablation.penalties import PENALTIES, read_penalties
from reproduce.ablation.penalties_picture import draw_penalties
from reproduce.stored_picture import Picture

ABLATION_FOLDER = Path(__file__).parents[2] / "figures" / "ablation"
"""Where the committed results lie."""


def pictures_of_ablation(folder: Path) -> list[Picture]:
    """The picture of the paper's data sets, in the style that is in force; then the benchmark's.

    Parameters
    ----------
    folder : Path
        Where ``penalties.json`` lies, and ``benchmark.json`` if the benchmark's part was measured.

    Raises
    ------
    UnreadableFileError
        If the first is missing, or a file does not hold what it should.
    """
    pictures = [
        Picture(
            PENALTIES,
            "The penalty, changed a part at a time",
            "(a) Inputs whose relevance is at most a thousandth of the largest. (b) Test accuracy "
            "with the first inputs of the ranking alone, by |λ|·‖ψ‖ (discs; of plain layers by "
            "‖w‖) and by |λ| (crosses). "
            "(c) The same share as in (a) when the penalty is weaker or stronger. Pale: single "
            "seeds; full: their mean.",
            "Three rows of panels, a column for each data set: the share of silent inputs by "
            "penalty, the accuracy with the first inputs, and silent inputs against the strength.",
            draw_penalties(read_penalties(folder)["values"]),
        )
    ]
    if has_benchmark(folder):
        pictures.append(
            Picture(
                BENCHMARK,
                "The same on the public benchmark, and the parts of the selector",
                "(a) Average precision of the true inputs by one training. (b) The selector "
                "without one of its parts: the share of true inputs among the first. (c) The "
                "wrong columns that it then selects, also of noise. Means over the sets.",
                "Three panels with dots for each number of inputs, a line for each penalty and "
                "for each part of the selector that is left out.",
                draw_benchmark(read_benchmark(folder)["values"]),
            )
        )
    return pictures


def answers_of(folder: Path) -> list[Answer]:
    """What the results in a folder say to each question.

    Raises
    ------
    UnreadableFileError
        If ``penalties.json`` is missing, or a file does not hold what it should.
    """
    benchmark = read_benchmark(folder)["values"] if has_benchmark(folder) else None
    return [
        *answers_of_penalties(read_penalties(folder)["values"]["rows"]),
        *answers_of_benchmark(benchmark),
    ]


def has_benchmark(folder: Path) -> bool:
    """Whether the benchmark's part was measured into a folder."""
    return (folder / f"{BENCHMARK}.json").exists()
