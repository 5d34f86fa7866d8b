"""The JSON of the benchmark's part, which benchmarks/selection/ablation.py writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reproduce.ablation.ablation_schema import BenchmarkFile
from reproduce.schema import parse

BENCHMARK = "benchmark"


def read_benchmark(folder: Path) -> dict[str, Any]:
    """The JSON in a folder.

    Raises
    ------
    UnreadableFileError
        If it is missing, or does not hold what it should.
    """
    return parse(BenchmarkFile, folder / f"{BENCHMARK}.json").model_dump()
