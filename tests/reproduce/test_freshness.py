"""What is committed was made with the schedules of today, and of the same parts."""

import json
from collections.abc import Mapping
from typing import Any

from benchmarks import verdicts
from benchmarks.pool import read_pool
from reproduce.ablation.ablation_pictures import ABLATION_FOLDER
from reproduce.ablation.conditions import PRESET
from reproduce.ablation.penalties import read_penalties
from reproduce.experiments import EXPERIMENTS, PRESETS, Schedule
from reproduce.verdicts.drift import SIGNIFICANCE, TESTS
from reproduce.verdicts.reference import REFERENCE, read_reference


def schedules(provenance: Mapping[str, Any]) -> dict[str, Schedule]:
    """By experiment, as a file tells them."""
    return {name: Schedule(**trained["schedule"]) for name, trained in provenance.items()}


def of_today(preset: str) -> dict[str, Schedule]:
    return {each.name: each.presets[preset] for each in EXPERIMENTS}


def test_the_reference_was_trained_with_the_schedules_of_today() -> None:
    presets = read_reference(REFERENCE).model_dump()["presets"]
    assert presets.keys() == {*PRESETS}
    for preset, kept in presets.items():
        assert schedules(kept["provenance"]) == of_today(preset)


def test_the_pool_was_trained_with_them_and_apart_from_the_reference() -> None:
    pool = read_pool()
    known = read_reference(REFERENCE).presets["quick"].seeds
    assert pool.provenance["parts"].keys() == {*pool.arithmetic.tolist()}
    for part, trained in pool.provenance["parts"].items():
        assert schedules(trained["experiments"]) == of_today("quick")
        shared = {*pool.seeds[pool.arithmetic == part].tolist()} & {*known}
        assert bool(shared) == part.endswith("seeds of the reference")


def test_the_verdicts_are_of_this_pool_and_this_reference() -> None:
    told = json.loads(verdicts.RESULT.read_text())
    assert told["provenance"]["sha256_of_pool_and_reference"] == verdicts.digest()
    assert (told["significance"], told["tests"]) == (SIGNIFICANCE, TESTS)


def test_the_ablation_was_trained_with_them() -> None:
    stored = read_penalties(ABLATION_FOLDER)
    assert stored["most_epochs"] is None
    runs = [run["configuration"] for run in stored["provenance"]["runs"]]
    assert len(runs) == len(stored["values"]["rows"])
    today = of_today(PRESET)
    for run, row in zip(runs, stored["values"]["rows"], strict=True):
        assert Schedule(**run["schedule"]) == today[row["data_set"]]
