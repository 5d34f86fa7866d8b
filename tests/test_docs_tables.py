"""The numbers in the tables of docs/ are those that the committed results come to."""

import json
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape

from benchmarks.selection.cut import summary
from reproduce.ablation.ablation_pictures import ABLATION_FOLDER
from reproduce.ablation.benchmark_parts import read_benchmark
from reproduce.ablation.conditions import BOTH, CONDITIONS, GROUP_LASSO, PROXIMAL, SCALED
from reproduce.ablation.penalties import read_penalties
from reproduce.comparison.comparison_measures import mean_best_k
from reproduce.comparison.comparison_results import read_record
from reproduce.experiments import CORRELATED_GAUSSIANS, INDEPENDENT_GAUSSIANS, MNIST_ZEROS_ONES
from reproduce.figures import FIGURES
from reproduce.pages.deviations import DEVIATIONS
from reproduce.verdicts.claims import CLAIMS
from reproduce.verdicts.judging import judge
from reproduce.verdicts.outcome import Outcome
from spectral.appearance.pages import unbroken
from spectral.selection.interactions import rows_of_triples

ROOT = Path(__file__).parents[1]
PAPER = (ROOT / "docs" / "paper.md").read_text()
REPRODUCE = (ROOT / "docs" / "reproduce.md").read_text()
YOUR_DATA = (ROOT / "docs" / "your-data.md").read_text()
HOW = (ROOT / "docs" / "how-it-works.md").read_text()
FIELD = (ROOT / "docs" / "against-the-field.md").read_text()
VERDICTS = json.loads((ROOT / "benchmarks" / "verdicts.json").read_text())
PUBLISHED = ROOT / "benchmarks" / "selection" / "published.csv"


def lines_below(page: str, heading: str) -> list[str]:
    """The lines of the table under a heading, without its own two first."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def line_of(cells: Sequence[str]) -> str:
    """A line of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def test_the_claims_are_what_the_draws_and_the_committed_figures_came_to() -> None:
    """Where a claim or a figure has changed, the lines that are expected can be pasted."""
    folder = ROOT / "figures" / "paper"
    expected = []
    for claim, drawn in zip(CLAIMS, VERDICTS["claims"], strict=True):
        figure = FIGURES[claim.figure]
        verdict = judge(claim, figure.read(folder)["values"], seeds=10)
        assert verdict.outcome is Outcome.HOLDS
        expected.append(
            line_of(
                [
                    str(figure.number),
                    claim.paper,
                    claim.statement,
                    claim.condition,
                    claim.show(drawn["median"]),
                    claim.show(drawn["worst"]),
                    claim.show(verdict.value),
                    str(claim.seeds),
                ]
            )
        )
    told = lines_below(PAPER, "The claims")
    assert told == expected, "docs/paper.md should say:\n" + "\n".join(expected)
    assert f"All {len(CLAIMS)} claims" in " ".join((ROOT / "README.md").read_text().split())


def test_the_false_alarms_are_those_measured() -> None:
    alarms = VERDICTS["false_alarms"]
    assert [each["seeds"] for each in alarms] == [2, max(claim.seeds for claim in CLAIMS), 10]
    (drawn,) = {each["drawn"]["all"] for each in alarms}
    two, trained, ten = (each["refused"]["all"] for each in alarms)
    text = " ".join(REPRODUCE.split())
    assert f"of {drawn} draws of ten seeds it refused {ten} (bound: 1 in 200), of as many" in text
    assert f"draws of seven, which `make test` trains, {trained}, and of two {two}." in text
    paired = "seeds of the reference"
    assert f"Of {alarms[-1]['drawn'][paired]} draws of ten that the reference has" in text
    assert alarms[-1]["refused"][paired] == 0


def test_the_ways_of_ranking_come_to_what_is_told() -> None:
    stored = ROOT / "benchmarks" / "selection" / "ways_of_ranking.json"
    sets = json.loads(stored.read_text())["sets"]
    known = {name: draws for name, draws in sets.items() if name != "images"}
    everything = f"all {len(known)} where it is known which columns decide"
    told = {everything: [*chain.from_iterable(known.values())]}
    told |= {name: sets[name] for name in ("corners", "corners, wide", "mixture of six", "bumps")}
    told |= {name: sets[name] for name in ("factors, two classes", "images")}
    expected = [
        line_of([name, *(f"{value:.3f}" for value in pd.DataFrame(draws).mean())])
        for name, draws in told.items()
    ]
    assert lines_below(HOW, "The ranking") == expected
    assert line_of(["our own sets", *told[everything][0]]) in HOW


def test_the_deviations_are_those_of_the_report() -> None:
    told = [
        tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1])
        for line in lines_below(PAPER.replace("`", ""), "Where this package differs")
    ]
    assert told == [tuple(deviation) for deviation in DEVIATIONS]
    page = (ROOT / "docs" / "pages" / "report.html").read_text()
    assert all(unbroken(str(escape(deviation.here))) in page for deviation in DEVIATIONS)


def test_the_published_numbers_are_means_of_what_was_published() -> None:
    published = pd.read_csv(PUBLISHED, comment="#")
    large = published[published["inputs"] >= 32]
    of_sets = large.groupby(["method", "data set"])["best_k"].mean().unstack()
    means = of_sets[["ring", "xor", "ring+xor", "ring+xor+sum"]]
    lines = lines_below(FIELD, "What others reach")
    assert len(lines) > 5
    for line in lines:
        method = line.split("|")[1].strip()
        of_method = means.loc[method]
        shown = [f"{mean:.2f}" for mean in of_method]
        assert line == line_of([method, *shown, f"{of_method.mean():.3f}"])
    assert len(published["method"].unique()) == 21


def test_what_was_measured_is_what_the_record_says() -> None:
    """Where more has been measured, the lines that are expected can be pasted."""
    record = read_record()
    expected = []
    for method, means in mean_best_k(record).items():
        if method in record.measured:
            sizes = [each for of_set in record.measured[method].values() for each in of_set.items()]
            inputs = sorted({int(number) for number, _ in sizes})
            folds = sorted({len(found.best_k) for _, found in sizes})
            shown = [f"{means[name]:.2f}" for name in record.relevant]
            reach = [" to ".join(map(str, sorted({each[0], each[-1]}))) for each in (inputs, folds)]
            expected.append(line_of([method, *shown, f"{means['mean']:.3f}", *reach]))
    told = lines_below(FIELD, "What this package reaches")
    assert told == expected, "docs/against-the-field.md should say:\n" + "\n".join(expected)


def test_the_sets_built_anew_give_others_what_was_published() -> None:
    record, means = read_record(), mean_best_k(read_record())
    text = " ".join(FIELD.split())
    for method, named in (
        ("random forest", "random forest (500 trees)"),
        ("mutual information", "mutual information"),
    ):
        difference = means[method]["mean"] - means[f"{named}, published"]["mean"]
        assert abs(difference) < 0.035
        told = f"{named} comes to {means[method]['mean']:.3f} here, and to"
        assert f"{told} {means[f'{named}, published']['mean']:.3f} as published" in text
        assert set(record.measured[method]) == set(record.relevant)


def test_the_readme_says_how_good_the_record_is() -> None:
    means = {method: found["mean"] for method, found in mean_best_k(read_record()).items()}
    published = {method: mean for method, mean in means.items() if method.endswith(", published")}
    assert max(published, key=lambda method: published[method]).startswith("random forest")
    text = " ".join((ROOT / "README.md").read_text().split())
    assert f"this package {means['spectral']:.2f}, the best published" in text
    assert f"a random forest, {max(published.values()):.2f}" in text
    assert f"LassoNet, {means['LassoNet, published']:.2f}" in text


def test_what_does_the_work_is_what_the_ablation_says() -> None:
    values = read_benchmark(ABLATION_FOLDER)["values"]
    networks, selectors = pd.DataFrame(values["networks"]), pd.DataFrame(values["selectors"])
    usual = networks[networks["strength"] == 1]
    precision = usual.pivot_table("average_precision", "condition", "inputs")
    expected = [
        line_of([each.title, *(f"{mean:.2f}" for mean in precision.loc[each.name, [32, 512]])])
        for each in CONDITIONS
    ]
    decided = selectors.dropna(subset=["best_k"])
    found = decided.pivot_table("best_k", "left_out", "inputs")
    wrong = selectors.groupby("left_out", sort=False)["wrong"].mean()
    expected += [
        line_of([part, *(f"{mean:.2f}" for mean in found.loc[part, [32, 512]]), f"{number:.1f}"])
        for part, number in wrong.items()
    ]
    section = HOW.split("\n## What does the work?\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    told = [line for line in lines if re.search(r"\d \|$", line)]
    assert told == expected, "docs/how-it-works.md should say:\n" + "\n".join(expected)
    strong = networks.pivot_table("average_precision", ["condition", "strength"], "inputs")[512]
    assert strong.loc[GROUP_LASSO.name].idxmax() == 0.1
    assert f"{strong.loc[GROUP_LASSO.name].max():.2f} at a tenth" in " ".join(section.split())
    for condition in SCALED:
        if condition is not GROUP_LASSO:
            assert strong.loc[condition.name].idxmax() == 1
    rows = {
        (row["data_set"], row["condition"]): sum(row["silent"]) / len(row["silent"])
        for row in read_penalties(ABLATION_FOLDER)["values"]["rows"]
        if row["strength"] == 1
    }
    gaussians = (INDEPENDENT_GAUSSIANS.name, CORRELATED_GAUSSIANS.name)
    silent = " and ".join(f"{100 * rows[name, BOTH.name]:.0f} %" for name in gaussians)
    assert f"it brings {silent} to a thousandth" in " ".join(section.split())
    for name in gaussians:
        assert rows[name, GROUP_LASSO.name] == rows[name, PROXIMAL.name] == 0
    both, *others = (f"{100 * rows[MNIST_ZEROS_ONES.name, each.name]:.0f} %" for each in SCALED)
    of_mnist = f"{both} of the pixels, against {' and '.join(others)}"
    assert of_mnist in " ".join(section.split())


def test_what_is_selected_wrongly_is_what_was_measured() -> None:
    measured = json.loads((ROOT / "benchmarks" / "selection" / "cut.json").read_text())
    found = summary(measured["tables"])
    noise, told_tables = found["tables_of_noise"], found["tables_with_a_truth"]
    easy = found["tables_where_a_forest_ranks_them_first"]
    shares = {
        f"tables of noise ({noise}): nothing selected": "nothing_selected_of_noise",
        f"tables with a truth ({told_tables}): wrong among the selected": "wrong_among_selected",
        "the same: true columns found": "found",
        f"the same where a random forest ranks all true ones first ({easy}): found": "found_there",
        "of all columns selected in more than 90 % of the seeds: true": "true_among_frequent",
    }
    expected = [line_of([text, f"{100 * found[share]:.1f} %"]) for text, share in shares.items()]
    section = HOW.split("\n## From one training to a selection\n")[1].split("\n## ")[0]
    told = [line for line in section.splitlines() if line.startswith("| ") and line.endswith("% |")]
    assert told == expected, "docs/how-it-works.md should say:\n" + "\n".join(expected)


def test_what_the_columns_as_they_are_change_is_what_was_measured() -> None:
    file = ROOT / "benchmarks" / "selection" / "columns_as_they_are.json"
    sets = json.loads(file.read_text())["sets"]
    expected = []
    for name in sets["with"]:
        cells = [name]
        for way in ("without", "with"):
            draws = sets[way][name]
            found, true, wrong = (
                sum(d[what] for d in draws) for what in ("found", "true", "wrong")
            )
            precision = sum(draw["precision"] for draw in draws) / len(draws)
            cells += [f"{precision:.2f}", f"{found} of {true}", str(wrong)]
        expected.append(line_of(cells))
    told = lines_below(HOW, "Where columns go together or add up")
    assert told == expected, "docs/how-it-works.md should say:\n" + "\n".join(expected)


@pytest.mark.parametrize(("targets", "told"), [(1, 572), (3, 397), (10, 266)])
def test_three_columns_are_looked_at_together_in_tables_of_so_many(targets: int, told: int) -> None:
    assert rows_of_triples(2 * told, targets) > 0, "each column has a copy"
    assert rows_of_triples(2 * (told + 1), targets) == 0
    assert f"{told} " in HOW.split("\n3. **Copies.**")[0].split("2. **What the network sees.**")[1]


def test_the_sizes_are_those_measured() -> None:
    measured = json.loads((ROOT / "benchmarks" / "sizes.json").read_text())
    expected = []
    for name, found in measured.items():
        if "bytes_of_the_table" not in found:
            continue
        held = found["bytes_in_all"] - found["bytes_before"] - found["bytes_of_imports"]
        shown = [f"{found['seconds']:.0f} s", f"{held / 1e9:.1f} GB"]
        chosen = f"{found['selected_and_true']} of {found['true']}"
        expected.append(line_of([name, *shown, chosen, str(found["selected"])]))
    told = lines_below(YOUR_DATA, "How large, how long")
    assert told == expected, "docs/your-data.md should say:\n" + "\n".join(expected)
    text = " ".join(YOUR_DATA.split())
    beside = measured["10 000 rows, 100 columns, beside LassoNet"]
    assert f"{beside['times_as_fast']:.1f} times as fast as LassoNet" in text
    ours, theirs = (beside[name]["accuracy"] for name in ("selector", "LassoNet"))
    assert f"{100 * ours:.1f} % of the rows held out, against {100 * theirs:.1f} %" in text
    cluster = measured["20 000 rows, 400 columns, two Dask workers"]
    assert f"Two Dask workers take {cluster['two_over_one']:.2f} of the time of one" in text


def test_what_resting_inputs_save_is_what_was_measured() -> None:
    measured = json.loads((ROOT / "benchmarks" / "screening.json").read_text())
    text = " ".join((ROOT / "docs" / "speed.md").read_text().split())
    assert f"takes {measured['rest_over_whole']:.2f} of the time while those rest" in text
    assert f"it is {measured['mean_over_whole']:.2f} in the mean" in text
