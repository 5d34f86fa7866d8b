"""The public benchmark's part of the ablation: networks, the selector's parts, their means."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from click.testing import CliRunner
from rich.console import Console

from benchmarks.selection import ablated_selectors
from benchmarks.selection import ablation as benchmark
from benchmarks.selection.ablated_networks import network
from benchmarks.selection.ablated_selectors import (
    A_CROWD,
    NOISE,
    PARTS,
    noise,
    selected,
    selector,
)
from benchmarks.selection.kept_results import Result
from benchmarks.selection.known_truth import KnownTruth
from benchmarks.selection.public_sets import public_set
from reproduce.ablation.ablation_tables import TITLES, print_benchmark
from reproduce.ablation.answers import WITH_ALL_PARTS, answers_of_benchmark
from reproduce.ablation.benchmark_parts import read_benchmark
from reproduce.ablation.benchmark_picture import draw_benchmark
from spectral.appearance.style import paper_style
from spectral.samples import Samples
from spectral.selection.consensus import select_by_elimination, settings_for
from spectral.selection.dictionary import make_dictionary
from spectral.selection.elimination import eliminate
from spectral.tables.selected_columns import Selection


@pytest.fixture(scope="module", autouse=True)
def few_steps() -> Iterator[None]:
    """What is asked here of the selector does not depend on how long its networks train."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spectral.selection.consensus.STEPS", 8)
        yield


def few_rows(name: str, inputs: int = 6) -> KnownTruth:
    return public_set(name, inputs).rows(np.arange(300))


def test_the_selector_with_nothing_left_out_is_the_selector() -> None:
    known = few_rows("ring+xor")
    found = selected(known, WITH_ALL_PARTS, seeds=1)
    standardised = (known.X - known.X.mean(axis=0)) / known.X.std(axis=0)
    samples = Samples(torch.from_numpy(standardised).float(), torch.from_numpy(known.y))
    usual = select_by_elimination(
        samples, np.arange(6), 2, "auto", [0], n_jobs=1, device="cpu", progress=None
    )
    assert np.allclose(found.importances, usual.importances)
    assert found.ranking.tolist() == usual.ranking.tolist()
    assert found.support.tolist() == usual.support.tolist()


@pytest.fixture(scope="module")
def whole() -> np.ndarray:
    """The importances of one seed with nothing left out."""
    return selected(few_rows("xor"), WITH_ALL_PARTS, seeds=1).importances


@pytest.mark.parametrize("part", [part for part in PARTS if part not in (WITH_ALL_PARTS, A_CROWD)])
def test_leaving_out_a_part_changes_what_is_found(part: str, whole: np.ndarray) -> None:
    found = selected(few_rows("xor"), part, seeds=1)
    assert found.support.shape == (6,)
    changes_importances = part != "confirmation by rows held out"
    assert np.allclose(whole, found.importances) != changes_importances


def test_without_products_the_network_sees_functions_of_one_column_alone() -> None:
    functions = torch.randn(2, 50, 3, generator=torch.Generator().manual_seed(0))
    given = functions, torch.arange(3), torch.randn(50, 1), slice(50), 3
    alone = make_dictionary(*given, products=False)
    assert alone.features.shape == (50, 6)
    assert {members.shape[1] for members in alone.columns} == {1}
    assert make_dictionary(*given).features.shape[1] > 6


def test_without_repetition_one_network_is_trained() -> None:
    known = few_rows("ring")
    samples = Samples(torch.from_numpy(known.X).float(), torch.from_numpy(known.y))
    settings = settings_for(samples, columns=6, max_epochs=2)
    rounds: dict[bool, list[int]] = {True: [], False: []}
    for repeated, told in rounds.items():
        changed = replace(settings, repeated=repeated, confirmation=False)
        eliminate(samples, np.arange(6), 2, 0, False, changed, on_round=told.append)
    assert rounds[False] == [1]
    assert len(rounds[True]) > 2


def test_columns_without_a_penalty_are_ranked_by_networks_too() -> None:
    result = network("both", 1.0, "ring", 8, draw=0, epochs=1)
    plain = network("plain", 1.0, "ring", 8, draw=0, epochs=1)
    for each in (result, plain):
        assert 0 <= each["best_k"] <= 1
        assert 0 < each["average_precision"] <= 1
        assert -1 <= each["agreement"] <= 1
    assert plain["best_k_of_eigenvalues"] is None
    assert result["average_precision_of_eigenvalues"] > 0
    assert result["average_precision"] != plain["average_precision"]
    assert network("both", 1.0, "ring", 8, draw=0, epochs=1) == result


@pytest.mark.parametrize("name", ["ring", NOISE])
def test_the_wrong_columns_are_counted_of_noise_too(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_of_them(known: KnownTruth, left_out: str, seeds: int) -> Selection:
        every = np.ones(known.X.shape[1])
        return Selection(every[None], every.cumsum(), every == 1, every, 1.0, every)

    monkeypatch.setattr(ablated_selectors, "selected", all_of_them)
    result = selector(WITH_ALL_PARTS, name, 6, draw=0)
    assert result["wrong"] == (6 if name == NOISE else 4)
    assert result["found"] == (None if name == NOISE else 1)
    assert (result["best_k"] is None) == (name == NOISE)


def test_noise_is_drawn_alike_each_time() -> None:
    again = noise(6, 0)
    assert np.array_equal(again.X, noise(6, 0).X)
    assert not len(again.true)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The benchmark's part with results that are given, not trained."""
    folder = tmp_path_factory.mktemp("benchmark")

    def of_network(condition: str, strength: float, name: str, inputs: int, draw: int) -> Result:
        return {
            "best_k": draw / 2,
            "best_k_of_eigenvalues": None if condition == "plain" else 0.5,
            "average_precision": 0.25 if condition == "both" else 0.125,
            "average_precision_of_eigenvalues": None if condition == "plain" else 0.5,
            "silent": 0.75,
            "accuracy": 0.875,
            "agreement": -0.5,
        }

    def of_selector(left_out: str, name: str, inputs: int, draw: int) -> Result:
        decided = name != NOISE
        best_k = {WITH_ALL_PARTS: 1.0, "products of columns": 0.25}.get(left_out, 0.75)
        return {
            "best_k": best_k if decided else None,
            "found": 0.5 if decided else None,
            "wrong": draw,
            "seconds": 1.0,
        }

    options = ["--inputs", "8", "--inputs", "12", "--draws", "2", "--workers", "1"]
    options += ["--output", str(folder / "figures"), "--runs", str(folder / "runs")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benchmark, "network", of_network)
        patch.setattr(benchmark, "selector", of_selector)
        ended = CliRunner().invoke(benchmark.main, options)
    assert ended.exit_code == 0, ended.output
    return folder


def test_the_means_over_the_draws_are_kept_with_their_provenance(made: Path) -> None:
    content = read_benchmark(made / "figures")
    networks, selectors = (content["values"][kind] for kind in ("networks", "selectors"))
    assert {row["best_k"] for row in networks if row["strength"] == 1} == {0.25}
    assert {row["draws"] for row in networks if row["strength"] == 1} == {2}
    assert {row["draws"] for row in networks if row["strength"] != 1} == {1}
    assert {row["wrong"] for row in selectors} == {0.5}
    assert {row["best_k"] for row in selectors if row["set"] == NOISE} == {None}
    assert len(selectors) == len(PARTS) * 5 * 2
    assert content["provenance"]["code_sha256"] == benchmark.digest()
    (kept,) = (made / "runs").glob("*.json")
    assert len(json.loads(kept.read_text())) == len(benchmark.tasks((8, 12), 2))


def test_what_the_benchmark_says_is_told_from_its_rows(made: Path) -> None:
    ranks, parts = answers_of_benchmark(read_benchmark(made / "figures")["values"])
    assert "ranks best: its average precision is 0.25 with 8 inputs and" in str(ranks.sentence)
    assert ranks.numbers is not None
    assert ("L2 on λ and ψ, by |λ| alone", ["0.50", "0.50"]) in ranks.numbers.lines
    assert "With all of it best-k is 1.00, and 0.5 wrong columns" in str(parts.sentence)
    assert "falls most without products of columns, to 0.25" in str(parts.sentence)
    assert parts.numbers is not None
    assert parts.numbers.lines[:2] == [
        ("with all of it", ["1.00", "0.5"]),
        ("without products of columns", ["0.25", "0.5"]),
    ]
    assert [answer.sentence for answer in answers_of_benchmark(None)] == [None, None]


def test_the_benchmark_is_drawn_and_printed_line_by_line(made: Path) -> None:
    values = read_benchmark(made / "figures")["values"]
    with paper_style():
        figure = draw_benchmark(values)
    panels = figure.get_axes()
    assert [len(panel.get_yticks()) for panel in panels] == [len(TITLES), len(PARTS), len(PARTS)]
    of_eight, of_twelve = panels[1].get_lines()
    places = np.asarray(of_eight.get_xdata())
    np.testing.assert_array_equal(places, np.asarray(of_twelve.get_xdata()))
    assert places[0] == 1.0
    plt.close(figure)
    console = Console(width=150, record=True, file=io.StringIO())
    print_benchmark(console, values)
    printed = console.export_text()
    assert all(part in printed for part in PARTS)
    assert all(title in printed for title in TITLES.values())
