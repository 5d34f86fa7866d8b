"""What the ablation trains, measures and says of the paper's data sets."""

from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from short_runs import SHORT

from reproduce.ablation import separation
from reproduce.ablation.ablation_command import shortened
from reproduce.ablation.answers import answers_of_penalties
from reproduce.ablation.conditions import (
    BOTH,
    CONDITIONS,
    EIGENVALUES,
    EIGENVECTORS,
    FEW_SEEDS,
    GROUP_LASSO,
    NEITHER,
    PLAIN,
    PROXIMAL,
    SCALED,
    STRENGTHS,
    ConditionExperiment,
    experiment_of,
    trials,
)
from reproduce.ablation.penalties import read_penalties
from reproduce.ablation.plain_layer import PlainLayerClassifier
from reproduce.ablation.separation import measured
from reproduce.commands import main
from reproduce.experiments import (
    CORRELATED_GAUSSIANS,
    EXPERIMENTS,
    INDEPENDENT_GAUSSIANS,
    MNIST_ZEROS_ONES,
    Experiment,
)
from reproduce.training.runs import Run
from reproduce.training.train import train_missing
from spectral import first_spectral_layer

SEEDS = (0, 3)


def trained(experiment: Experiment, folder: Path) -> Run:
    run = Run(experiment, "quick", SEEDS, folder)
    train_missing([run], "cpu", workers=1)
    return run


def test_the_papers_own_row_is_the_papers_own_run(tmp_path: Path) -> None:
    tried = trials(SEEDS, tmp_path)
    own = [each for each in tried if each.condition is BOTH and each.strength == 1]
    assert [each.run.experiment for each in own] == list(EXPERIMENTS)
    assert [each.run.seeds for each in own] == [SEEDS] * 3
    assert len({each.run.experiment.name for each in tried}) == len(tried)
    scaled = [each for each in tried if each.strength != 1]
    assert len(scaled) == len(EXPERIMENTS) * len(SCALED) * (len(STRENGTHS) - 1)
    many = trials(range(9), tmp_path)
    assert {len(each.run.seeds) for each in many if each.strength != 1} == {FEW_SEEDS}


def test_a_condition_with_the_papers_penalties_trains_as_the_paper_does(tmp_path: Path) -> None:
    """What is said of the other conditions is said in comparison with it."""
    usual = SHORT.make_classifier(SHORT.presets["quick"], seeds=[0])
    changed = {"name": "the-same", "classifier": BOTH.classifier(usual)}
    fields = {each: getattr(SHORT, each) for each in ("title", "data", "presets")}
    same = ConditionExperiment(**(fields | changed))
    own, other = trained(SHORT, tmp_path), trained(same, tmp_path)
    assert own.folder != other.folder
    assert torch.equal(own.classifier.relevance(), other.classifier.relevance())


@pytest.mark.parametrize("paper", [INDEPENDENT_GAUSSIANS, CORRELATED_GAUSSIANS, MNIST_ZEROS_ONES])
def test_each_condition_changes_the_penalty_and_nothing_else(paper: Experiment) -> None:
    schedule = paper.presets["quick"]
    usual = paper.make_classifier(schedule, seeds=[5])
    c_eigenvalues, c_eigenvectors = usual.eigenvalue_penalty, usual.eigenvector_penalty
    for condition, on_eigenvalues, on_eigenvectors in (
        (EIGENVALUES, c_eigenvalues, 0),
        (EIGENVECTORS, 0, c_eigenvectors),
        (NEITHER, 0, 0),
        (PLAIN, 0, 0),
        (GROUP_LASSO, 0, 0),
        (PROXIMAL, 0, 0),
    ):
        module = experiment_of(paper, condition).make_classifier(schedule, seeds=[5])
        assert (module.eigenvalue_penalty, module.eigenvector_penalty) == (
            on_eigenvalues,
            on_eigenvectors,
        )
        assert repr(module.ensemble.network) == repr(usual.ensemble.network)
        assert module.first.eigenvalues_in.requires_grad != condition.plain
        for own, other in zip(module.parameters(), usual.parameters(), strict=True):
            assert torch.equal(own, other), "a seed starts from the same network"


@pytest.mark.parametrize("strength", [1.0, 10.0])
def test_the_group_lasso_is_as_strong_as_the_least_penalty_of_its_columns(strength: float) -> None:
    """Of all λ·ψ = w, the split with |λ| = √(c_ψ/c_λ)·‖ψ‖, found here by trying."""
    schedule = CORRELATED_GAUSSIANS.presets["quick"]
    usual = CORRELATED_GAUSSIANS.make_classifier(schedule, seeds=[0])
    module = experiment_of(CORRELATED_GAUSSIANS, GROUP_LASSO, strength).make_classifier(
        schedule, seeds=[0]
    )
    norms = module.first.weight[0].detach().norm(dim=0).double().numpy()
    eigenvalues = np.geomspace(1e-4, 1e4, 100_001)[:, None]
    penalties = strength * (
        usual.eigenvalue_penalty * eigenvalues**2
        + usual.eigenvector_penalty * (norms / eigenvalues) ** 2
    )
    least = penalties.min(axis=0).sum()
    assert isinstance(module, PlainLayerClassifier)
    (of_layer,) = module.group_lasso().tolist()
    assert of_layer == pytest.approx(least, rel=1e-4)


def test_silent_inputs_are_counted_and_the_epoch_of_their_silence_found() -> None:
    relevance = np.array([[4.0, 1.0, 3e-3, 0.0, 5e-3], [0.0, 0.0, 0.0, 0.0, 0.0]])
    silent = separation.silent_shares(relevance, among=np.array([1, 2, 3]))
    assert silent.tolist() == [pytest.approx(2 / 3), 1.0]
    history = np.array([[[1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1]]], dtype=float)
    epochs = np.array([0, 1, 2, 3])
    among = np.array([1, 2])
    assert separation.epochs_to_silence(epochs, history, among) == [None]
    assert separation.epochs_to_silence(epochs[:3], history[:, :3], among) == [1]
    assert separation.epochs_to_silence(epochs[:1], history[:, 1:2], among) == [0]


def test_seeds_that_are_silent_throughout_agree_with_none() -> None:
    relevance = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 9.0], [0.0, 0.0, 0.0]])
    assert separation.agreement(relevance) == pytest.approx(1 / 3)
    assert separation.agreement(relevance[:1]) is None


def test_what_is_measured_is_that_of_the_trained_seeds(tmp_path: Path) -> None:
    run = trained(experiment_of(SHORT, NEITHER), tmp_path)
    row = measured(run)
    truth = run.data.distance.numpy() > 0
    assert (row["deciding"], row["expendable"], row["first"]) == (11, 9, 11)
    member = run.classifier.member(3)
    weight = first_spectral_layer(member).weight.detach().numpy()
    order = np.argsort(-np.linalg.norm(weight, axis=0))
    hits = truth[order]
    precision = np.cumsum(hits) / np.arange(1, 21)
    assert row["average_precision"][1] == pytest.approx(precision[hits].mean(), abs=1e-6)
    inputs, labels = run.data.test
    seen = torch.zeros(20, dtype=torch.bool)
    seen[torch.from_numpy(order[:11].copy())] = True
    with torch.no_grad():
        found = member.eval()(inputs * seen).argmax(-1) == labels
    assert row["accuracy_of_first"][1] == pytest.approx(float(found.float().mean()), abs=2e-3)
    distance = run.data.distance.numpy()
    norms = np.linalg.norm(weight, axis=0)
    ours, theirs = (np.argsort(np.argsort(each[truth])) for each in (norms, distance))
    assert row["rank_correlation"][1] == pytest.approx(np.corrcoef(ours, theirs)[0, 1])
    assert row["loudest"][1] == pytest.approx(norms[~truth].max() / norms.max(), rel=1e-5)
    assert row["silent"] == [0, 0], "without a penalty nothing is silent after two epochs"
    assert row["epochs_to_silence"] == [None, None]
    assert row["slack"] == [None, None], "there is no penalty"


def test_the_penalty_is_a_group_lasso_where_eigenvalues_and_eigenvectors_are_balanced() -> None:
    classifier = CORRELATED_GAUSSIANS.make_classifier(
        CORRELATED_GAUSSIANS.presets["quick"], seeds=[0]
    )
    (unbalanced,) = separation.slack(classifier)
    first = classifier.first
    balance = (classifier.eigenvector_penalty / classifier.eigenvalue_penalty) ** 0.25
    with torch.no_grad():
        norms = first.eigenvectors.norm(dim=-2)
        target = balance * norms.sqrt()  # |λ| = √(c_ψ/c_λ)·‖ψ‖ for the same weights
        first.eigenvalues_in.copy_(target)
        first.eigenvectors.div_(target.unsqueeze(-2))
    (balanced,) = separation.slack(classifier)
    assert balanced == pytest.approx(1, rel=1e-5)
    assert unbalanced is not None
    assert unbalanced > 2


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One data set, drawn and trained in no time, and one strength beside the paper's."""
    monkeypatch.setattr("reproduce.ablation.ablation_command.EXPERIMENTS", [SHORT])
    monkeypatch.setattr("reproduce.ablation.conditions.STRENGTHS", (1.0, 100.0))


@pytest.mark.usefixtures("small")
def test_the_command_trains_draws_and_answers_and_then_trains_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reproduce.ablation.conditions.SCALED", (BOTH,))
    monkeypatch.chdir(tmp_path)
    options = ["--seeds", "2", "--epochs", "1", "--workers", "1"]
    folder = tmp_path / "figures" / "ablation-trial"
    ended = CliRunner().invoke(main, ["ablation", *options])
    assert ended.exit_code == 2, "the benchmark's part is missing"
    assert "benchmark.json is missing" in ended.output
    assert "Traceback" not in ended.output
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {folder.name}
    names = {path.name for path in folder.iterdir()}
    assert names == {"penalties.json", "penalties.png", "penalties.pdf"}
    content = read_penalties(folder)
    assert content["most_epochs"] == 1
    rows = content["values"]["rows"]
    for answer in answers_of_penalties(rows):
        assert f"{answer.question} {answer.sentence}" in ended.output
    assert "cannot be told: run `python -m benchmarks.selection.ablation` first." in ended.output
    assert {row["condition"] for row in rows} == {each.name for each in CONDITIONS}
    assert len(rows) == len(CONDITIONS) + 1
    assert content["provenance"]["runs"][0]["configuration"]["schedule"]["epochs"] == 1
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("*.json")}
    first = (folder / "penalties.json").read_bytes()
    assert CliRunner().invoke(main, ["ablation", *options]).exit_code == 2
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert (folder / "penalties.json").read_bytes() == first


def test_a_shortened_schedule_ends_no_later() -> None:
    assert shortened(SHORT, None) is SHORT
    short = shortened(INDEPENDENT_GAUSSIANS, 4).presets["quick"]
    assert (short.epochs, short.cooldown) == (4, 4)
    long = shortened(INDEPENDENT_GAUSSIANS, 400).presets["quick"]
    assert long == INDEPENDENT_GAUSSIANS.presets["quick"]
