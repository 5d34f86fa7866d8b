"""One training of the paper's kind on a set of the public benchmark, penalised in every way."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from benchmarks.selection.kept_results import Result
from benchmarks.selection.known_truth import KnownTruth
from benchmarks.selection.public_sets import public_set
from reproduce.ablation.conditions import CONDITIONS
from reproduce.ablation.separation import agreement, average_precisions, silent_shares
from reproduce.training.group_training import fit, make_trainer, prepared_for_training
from spectral import SpectralClassifier
from spectral.batches import DataOptions, InMemoryDataModule
from spectral.selection.single_training import DEFAULTS
from spectral.tables.selected_columns import ranks

SEEDS = range(5)
EPOCHS, COOLDOWN = 40, 10
BATCH_SIZE = 40
"""20 steps an epoch, as the selector's strategy "single" has them; its penalties are taken, too."""
TEST_ROWS = 200
NAMED = {condition.name: condition for condition in CONDITIONS}


class PublicTable(InMemoryDataModule):
    """A set of the benchmark; its last rows are the test.

    Parameters
    ----------
    name : str
        Of the set.
    inputs : int
        How many columns.
    **options
        The options of :class:`spectral.batches.InMemoryDataModule`; ``data_seed`` is the draw.
    """

    classes = 2

    def __init__(self, *, name: str, inputs: int, **options: Unpack[DataOptions]) -> None:
        super().__init__(**options)
        self.known: KnownTruth = public_set(name, inputs, self.data_seed)

    def load(self) -> Any:
        X, y = self.known.X, self.known.y
        return (X[:-TEST_ROWS], y[:-TEST_ROWS]), (X[-TEST_ROWS:], y[-TEST_ROWS:])


def network(
    condition: str, strength: float, name: str, inputs: int, draw: int, epochs: int = EPOCHS
) -> Result:
    """How seeds that are penalised in one way rank the columns of one draw of a set.

    Parameters
    ----------
    condition : str
        The name of one of ``CONDITIONS``.
    strength : float
        Times the penalties of the selector's strategy "single".
    name : str
        Of the set.
    inputs : int
        How many columns.
    draw : int
        Decides what is drawn.
    epochs : int, default=EPOCHS
        How long to train.
    """
    with prepared_for_training(threads=1):
        data = PublicTable(
            name=name,
            inputs=inputs,
            data_seed=draw,
            seeds=SEEDS,
            batch_size=BATCH_SIZE,
            validation_share=0.0,
        )
        make = NAMED[condition].classifier(usual_classifier(inputs), strength)
        classifier = make(
            learning_rate=DEFAULTS["learning_rate"], cooldown=min(COOLDOWN, epochs), seeds=SEEDS
        )
        trainer = make_trainer(epochs, "cpu", [])
        fit(trainer, classifier, data)
        trainer.test(classifier, data, verbose=False)
    eigenvalues = classifier.first.eigenvalues_in
    told = ranked(classifier.relevance().numpy(), data.known)
    if eigenvalues.requires_grad:
        alone = ranked(eigenvalues.detach().abs().numpy(), data.known)
    else:
        alone = dict.fromkeys(("best_k", "average_precision"))
    return {
        "best_k": told["best_k"],
        "best_k_of_eigenvalues": alone["best_k"],
        "average_precision": told["average_precision"],
        "average_precision_of_eigenvalues": alone["average_precision"],
        "silent": told["silent"],
        "accuracy": float(classifier.seed_metrics["test/accuracy"].mean()),
        "agreement": told["agreement"],
    }


def usual_classifier(inputs: int) -> SpectralClassifier:
    """As the strategy "single" of the selector has it, with L2 on λ and ψ."""
    return SpectralClassifier(
        inputs,
        2,
        hidden=DEFAULTS["hidden"],
        eigenvalue_penalty=DEFAULTS["eigenvalue_penalty"],
        eigenvector_penalty=DEFAULTS["eigenvector_penalty"],
    )


def ranked(scores: np.ndarray, known: KnownTruth) -> dict[str, Any]:
    """How the seeds' scores ``(S, N)`` rank the true columns: the mean over the seeds.

    ``best_k`` is that of the mean score, as the selector ranks.
    """
    truth = np.isin(np.arange(scores.shape[1]), known.true)
    shares = scores / np.maximum(scores.max(axis=1, keepdims=True), np.finfo(float).tiny)
    return {
        "best_k": known.found_among(ranks(shares.mean(axis=0)), len(known.true)),
        "average_precision": float(np.array(average_precisions(scores, truth), float).mean()),
        "silent": float(silent_shares(scores, np.flatnonzero(~truth)).mean()),
        "agreement": agreement(scores),
    }
