"""The report, the plots of the training, the logs."""

import csv
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from reproduce.ablation.ablation_pictures import ABLATION_FOLDER, answers_of, pictures_of_ablation
from reproduce.comparison.comparison_command import pictures_of_comparison
from reproduce.comparison.comparison_measures import mean_best_k
from reproduce.comparison.comparison_results import read_record
from reproduce.evolution import EVOLUTIONS
from reproduce.experiments import EXPERIMENTS, MNIST_ZEROS_ONES
from reproduce.figure import read_run
from reproduce.figures import FIGURES
from reproduce.pages.deviations import DEVIATIONS
from reproduce.pages.report import write_report
from reproduce.schema import UnreadableFileError
from reproduce.training.runs import Run
from reproduce.verdicts.claims import CLAIMS
from reproduce.verdicts.judging import judge
from reproduce.verdicts.reference import REFERENCE, write_reference
from spectral.running.files import write_json

PAPER = Path(__file__).parents[2] / "figures" / "paper"


class Page(HTMLParser):
    """Collects the text, the pictures and every address of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "img":
            self.pictures.append(attributes)
        for name in ("src", "srcset", "data"):
            self.loaded += [attributes[name] or ""] if name in attributes else []
        if tag in ("link", "script", "iframe"):
            self.loaded.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        """All its text, with ordinary spaces."""
        return " ".join(self.text).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The report on the committed figures."""
    folder = shutil.copytree(PAPER, tmp_path_factory.mktemp("report") / "figures")
    return Page(write_report(folder, REFERENCE)[0])


def test_the_report_is_one_page_that_loads_nothing(page: Page) -> None:
    beyond = [*pictures_of_comparison(), *pictures_of_ablation(ABLATION_FOLDER)]
    plt.close("all")
    assert len(page.pictures) == len(FIGURES) + len(EVOLUTIONS) + len(beyond)
    assert all(address.startswith("data:image/png;base64,") for address in page.loaded)
    assert all(len(picture["alt"] or "") > 40 for picture in page.pictures)


def test_the_report_says_how_every_claim_stands(page: Page) -> None:
    text = page.words
    assert not re.search(r"\d %", " ".join(page.text)), "a line may end before the sign"
    assert "17 of 17 claims of the paper that were turned into numbers hold." in text
    for claim in CLAIMS:
        verdict = judge(claim, FIGURES[claim.figure].read(PAPER)["values"], 10)
        for said in (claim.paper, claim.statement, claim.show(verdict.value)):
            assert said in text
    assert "SHA-256 of the data" in text
    assert DEVIATIONS[0].here in text


@pytest.mark.usefixtures("without_pictures")
def test_figures_are_not_compared_with_themselves(folder: Path, tmp_path: Path) -> None:
    reference = tmp_path / "reference.json"
    contents = read_run([*FIGURES.values()], folder)
    write_reference(contents, reference)
    page = write_report(folder, reference)[0].read_text()
    assert "themselves the reference values of preset paper" in page
    assert 'id="reference"' not in page
    of_the_data = contents["figure5"]["values"]["class_0"]
    of_the_data[0] = of_the_data[0][::-1]
    write_reference(contents, reference)  # the data are compared, too
    assert 'id="reference"' in write_report(folder, reference)[0].read_text()
    relevance = contents["figure1"]["values"]["relevance"]
    relevance[0], relevance[1] = relevance[1], relevance[0]
    write_reference(contents, reference)  # two seeds have changed places: another run
    page = write_report(folder, reference)[0].read_text()
    assert "arrays of numbers could come from the distribution" in page
    assert "themselves the reference values" not in page


@pytest.mark.usefixtures("without_pictures")
def test_every_part_of_the_report_is_in_its_contents(folder: Path, tmp_path: Path) -> None:
    reference = tmp_path / "reference.json"
    contents = read_run([*FIGURES.values()], folder)
    contents["figure1"]["values"]["relevance"][0][0] += 1e-3
    write_reference(contents, reference)
    page = write_report(folder, reference, tmp_path / "page.html")[0]
    assert page == tmp_path / "page.html"
    sections = re.findall(r'<section id="(\w+)"', page.read_text())
    others = ["training", "reference", "comparison", "ablation", "deviations", "provenance"]
    assert sections == [*FIGURES, *others]
    assert re.findall(r'<a href="#(\w+)">', page.read_text().split("<nav")[1]) == sections


@pytest.mark.usefixtures("without_pictures")
def test_the_report_shows_what_fails(folder: Path) -> None:
    path = folder / "figure1.json"
    content = FIGURES["figure1"].read(folder)
    mean = content["values"]["mean"]
    content["values"]["mean"] = mean[::-1]
    write_json(path, content)
    text = " ".join(Page(write_report(folder, REFERENCE)[0]).text)
    assert "✗ fails" in text
    assert "'mean' of figure1 does not follow from the rest or the data" in text
    assert not re.search(r"17 of 17 claims", text)


@pytest.mark.usefixtures("without_pictures")
def test_the_report_escapes_what_it_is_given(folder: Path) -> None:
    for figure in (*FIGURES.values(), *EVOLUTIONS.values()):
        content = figure.read(folder)
        for record in content["provenance"]["seeds"]:
            record["provenance"]["device"] = "<script>alert(1)</script>"
        write_json(figure.path(folder), content)
    page = write_report(folder, REFERENCE)[0].read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_report_has_the_numbers_of_the_comparison_and_of_the_ablation(page: Page) -> None:
    text = page.words
    means = mean_best_k(read_record())
    for method in read_record().measured:
        assert f"{means[method]['mean']:.2f}" in text
    assert "random forest (500 trees), published" in text, "the best of those published"
    assert "concrete autoencoder" not in text, "the worst"
    for answer in answers_of(ABLATION_FOLDER):
        assert answer.question in text
        assert (answer.sentence or "") in text


def test_the_report_says_how_the_seeds_were_trained(page: Page) -> None:
    text = " ".join(page.words.split())
    told = "5000 epochs at a learning rate of 0.0001, 4:11:54 of training in 2 groups of seeds"
    assert told in text
    assert "on x86_64 CPU, finished 2026-11-27T03:45:31+00:00." in text


@pytest.mark.usefixtures("without_pictures")
def test_figures_of_different_schedules_are_reported_as_contradictory(folder: Path) -> None:
    content = FIGURES["figure4"].read(folder)
    content["provenance"]["configuration"]["schedule"]["epochs"] = 7
    write_json(FIGURES["figure4"].path(folder), content)
    text = Page(write_report(folder, REFERENCE)[0]).words
    assert "figure4 was not trained by the schedule of its preset" in text


@pytest.mark.usefixtures("without_pictures")
def test_a_report_without_comparison_and_ablation(folder: Path, tmp_path: Path) -> None:
    page = write_report(folder, REFERENCE, comparison=tmp_path, ablation=tmp_path)[0].read_text()
    assert "comparison" not in page
    assert "Beyond the paper" not in page


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.parametrize("name", ["record", "penalties"])
def test_a_broken_file_of_these_parts_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.json").write_text("{")
    with pytest.raises(UnreadableFileError, match=rf"{name}\.json"):
        write_report(folder, REFERENCE, comparison=tmp_path, ablation=tmp_path)


def test_the_plots_of_the_training_tell_relevant_from_irrelevant(
    finished: Path, seeds: tuple[int, ...]
) -> None:
    for experiment in EXPERIMENTS:
        run = Run(experiment, "quick", seeds, finished / "runs")
        values = EVOLUTIONS[experiment].measure(run)
        epochs, relevance = run.history
        assert epochs[0] == 0
        assert epochs[-1] == run.schedule.epochs
        assert np.allclose(relevance[:, -1], run.classifier.relevance().numpy())
        assert np.median(values["relevant"][-1]) > 10 * values["irrelevant"][-1][1]
        assert EVOLUTIONS[experiment].path(finished / "figures").with_suffix(".png").exists()


def test_logs_hold_every_epoch_of_every_seed(finished: Path, seeds: tuple[int, ...]) -> None:
    epochs = MNIST_ZEROS_ONES.presets["quick"].epochs
    logged = []
    for log in (finished / "logs" / "mnist-zeros-ones").iterdir():
        with (log / "version_0" / "metrics.csv").open() as file:
            rows = [row for row in csv.DictReader(file) if row["train/loss"]]
        assert [int(row["epoch"]) for row in rows] == [*range(epochs)]
        losses = {name: value for name, value in rows[-1].items() if "train/loss/seed-" in name}
        assert all(0 < float(loss) < 0.5 for loss in losses.values())
        logged += [int(name.rpartition("-")[2]) for name in losses]
    assert sorted(logged) == list(seeds)
