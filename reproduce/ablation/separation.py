"""How well a trained condition separates the inputs that decide from those that do not."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score
from torch import Tensor

from reproduce.experiments import KEPT
from reproduce.training.runs import Run
from spectral import SpectralClassifier, accuracy_by_inputs_kept, ranking
from spectral.datasets import CorrelatedGaussians, IndependentGaussians

SILENT_SHARE = 1e-3
"""Of the largest relevance: an input of no more is silent."""


def measured(run: Run) -> dict[str, Any]:
    """What the seeds of a run come to, as :class:`reproduce.ablation.ablation_schema.TrialRow`."""
    varying = run.data.kept.numpy()
    true = true_relevance(run.data)
    truth = None if true is None else true > 0
    relevance = run.classifier.relevance()
    first = KEPT if truth is None else int(truth.sum())
    epochs, history = run.history
    expendable = varying if truth is None else varying[~truth[varying]]
    return {
        "deciding": None if truth is None else first,
        "expendable": len(expendable),
        "first": first,
        "silent": silent_shares(relevance.numpy(), expendable).tolist(),
        "epochs_to_silence": epochs_to_silence(epochs, history, expendable),
        "loudest": loudest(relevance.numpy(), None if truth is None else expendable),
        "average_precision": average_precisions(relevance.numpy(), truth),
        "rank_correlation": rank_correlations(relevance.numpy(), true),
        "accuracy": [record["metrics"]["test/accuracy"] for record in run.records()],
        "accuracy_of_first": accuracy_of_first(run, relevance, first),
        "agreement": agreement(relevance.numpy()[:, varying]),
        "shared": shared_among_first(relevance, first),
        "slack": slack(run.classifier),
    } | of_eigenvalues_alone(run, true, first)


def of_eigenvalues_alone(run: Run, true: np.ndarray | None, first: int) -> dict[str, Any]:
    """The same of a ranking by |λ|, where λ was trained."""
    eigenvalues = run.classifier.first.eigenvalues_in
    trained = eigenvalues.requires_grad
    scores = eigenvalues.detach().abs()
    untold = [None] * len(run.seeds)
    truth = None if true is None else true > 0
    return {
        "average_precision_of_eigenvalues": (
            average_precisions(scores.numpy(), truth) if trained else untold
        ),
        "rank_correlation_of_eigenvalues": (
            rank_correlations(scores.numpy(), true) if trained else untold
        ),
        "accuracy_of_first_of_eigenvalues": (
            accuracy_of_first(run, scores, first) if trained else untold
        ),
    }


def true_relevance(data: Any) -> np.ndarray | None:
    """What makes each input relevant, 0 for the others; None where it is not known, as of pixels.

    The distance of the classes' means, or the probability of another sign.
    """
    if isinstance(data, IndependentGaussians):
        return data.distance.numpy()
    if isinstance(data, CorrelatedGaussians):
        return data.p.numpy()
    return None


def silent_shares(relevance: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which share of some inputs is silent, of relevance ``(..., N)``: ``(...)``.

    Examples
    --------
    >>> silent_shares(np.array([[2.0, 1e-3, 1e-2]]), among=np.array([1, 2])).tolist()
    [0.5]
    """
    largest = relevance.max(axis=-1, keepdims=True)
    return (relevance[..., among] <= SILENT_SHARE * largest).mean(axis=-1)


def epochs_to_silence(
    epochs: np.ndarray, relevance: np.ndarray, among: np.ndarray
) -> list[int | None]:
    """After how many epochs half of some inputs fall silent for good; None if they do not.

    Parameters
    ----------
    epochs : ndarray
        ``(E,)``, those that were recorded.
    relevance : ndarray
        ``(S, E, N)``.
    among : ndarray
        The inputs.

    Examples
    --------
    >>> relevance = np.array([[[1.0, 1.0], [1.0, 1e-4], [1.0, 1.0], [1.0, 1e-5], [1.0, 0.0]]])
    >>> epochs_to_silence(np.array([0, 1, 2, 4, 8]), relevance, among=np.array([1]))
    [4]
    """
    quiet = silent_shares(relevance, among) >= 0.5
    since = [len(each) - int(np.argmin([*each[::-1], False])) for each in quiet]
    return [int(epochs[first]) if first < len(epochs) else None for first in since]


def slack(classifier: SpectralClassifier) -> list[float | None]:
    """How many times the group lasso of the same weights the penalty on λ and ψ is, in every seed.

    1 where |λ| and ‖ψ‖ are balanced, as in the minimum: there the penalty is a group lasso. None
    where it is not on both, or all inputs are silent.
    """
    product = classifier.eigenvalue_penalty * classifier.eigenvector_penalty
    least = 2 * math.sqrt(product) * classifier.relevance().double().sum(-1)
    penalties = classifier.penalty().detach().double()
    return [
        one / other if other else None
        for one, other in zip(penalties.tolist(), least.tolist(), strict=True)
    ]


def loudest(relevance: np.ndarray, among: np.ndarray | None) -> list[float | None]:
    """The largest of some inputs over the largest of all, in every seed.

    Examples
    --------
    >>> loudest(np.array([[2.0, 0.5, 1.0], [0.0, 0.0, 0.0]]), among=np.array([1]))
    [0.25, 0.0]
    """
    if among is None:
        return [None] * len(relevance)
    largest = np.maximum(relevance.max(axis=1), np.finfo(relevance.dtype).tiny)
    return (relevance[:, among].max(axis=1) / largest).tolist()


def rank_correlations(scores: np.ndarray, true: np.ndarray | None) -> list[float | None]:
    """Spearman's with the true relevance, among the inputs that have any, in every seed.

    Examples
    --------
    >>> rank_correlations(np.array([[0.5, 0.1, 0.3, 9.0]]), true=np.array([0.9, 0.2, 0.6, 0.0]))
    [1.0]
    """
    if true is None:
        return [None] * len(scores)
    return [agreement(np.stack([each[true > 0], true[true > 0]])) for each in scores]


def average_precisions(scores: np.ndarray, truth: np.ndarray | None) -> list[float | None]:
    """The average precision of the inputs that decide, in every seed of scores ``(S, N)``."""
    if truth is None:
        return [None] * len(scores)
    return [float(average_precision_score(truth, each)) for each in scores]


def accuracy_of_first(run: Run, scores: Tensor, first: int) -> list[float]:
    """The test accuracy of every seed that sees its ``first`` inputs alone."""
    inputs, labels = run.data.test
    network = run.classifier.ensemble
    accuracy = accuracy_by_inputs_kept(network, inputs, labels, ranking(scores), [first])
    return accuracy[:, 0].double().tolist()


def agreement(relevance: np.ndarray) -> float | None:
    """The mean rank correlation of two seeds of relevance ``(S, N)``; None of one seed.

    Seeds in which all inputs are equal, as where all are silent, agree with none.

    Examples
    --------
    >>> agreement(np.array([[3.0, 2.0, 1.0], [9.0, 4.0, 5.0]]))
    0.5
    """
    told = np.ptp(relevance, axis=1) > 0
    pairs = [
        spearmanr(relevance[one], relevance[other]).statistic if told[one] and told[other] else 0.0
        for one, other in combinations(range(len(relevance)), 2)
    ]
    return float(np.clip(np.mean(pairs), -1, 1)) if pairs else None


def shared_among_first(relevance: Tensor, first: int) -> float | None:
    """Which share of the ``first`` inputs two seeds have in common, on average.

    Examples
    --------
    >>> import torch
    >>> shared_among_first(torch.tensor([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0]]), first=2)
    0.5
    """
    chosen = [set(order.tolist()) for order in ranking(relevance)[:, :first]]
    pairs = [len(one & other) / first for one, other in combinations(chosen, 2)]
    return float(np.mean(pairs)) if pairs else None
