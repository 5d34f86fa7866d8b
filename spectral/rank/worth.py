"""Rows that no model learns from: what the inputs are worth there, beside chance and a line."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import permutation_test, rankdata
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from spectral.rank.target import Target
from spectral.tables.targets import Task

HELD_OUT = 0.25
"""The share of the rows that is held out."""

FEWEST_HELD_OUT = 8
"""With fewer, luck cannot be told from learning."""

SIGNIFICANCE_OF_LEARNING = 0.05
"""A network that knows nothing predicts so well in so many of all cases."""

PERMUTATIONS = 999
MOST_ROWS_LEARNT_FROM = 20_000
"""By the networks that are judged; the rows are in random order."""
MOST_ROWS_PERMUTED = 10_000

CATEGORICAL = make_column_selector(dtype_include=["category", "object", "string"])
NUMERICAL = make_column_selector(dtype_include="number")


@dataclass(frozen=True)
class Split:
    """A table in two parts: rows to learn from and rows to judge by.

    Attributes
    ----------
    task : str
        ``"classification"`` or ``"regression"``.
    inputs, held_out_inputs : pandas.DataFrame
        The inputs of both parts.
    targets, held_out_targets : numpy.ndarray
        Their targets.
    """

    task: Task
    inputs: pd.DataFrame
    held_out_inputs: pd.DataFrame
    targets: np.ndarray
    held_out_targets: np.ndarray


@dataclass(frozen=True)
class Scores:
    """What is predicted on the rows held out.

    Attributes
    ----------
    measure : str
        ``"accuracy"`` or ``"R²"``.
    rows : int
        So many rows are held out.
    all_inputs : float
        The score of a network that sees all inputs.
    selected_inputs : float or None
        That of a network trained on the selected ones alone; None where none is selected.
    linear_model, chance : float
        The scores of logistic or ridge regression on all inputs, and of the best constant.
    p_value : float
        How often a network that knows nothing would predict as well as the one with all inputs.
    """

    measure: str
    rows: int
    all_inputs: float
    selected_inputs: float | None
    linear_model: float
    chance: float
    p_value: float

    @property
    def network_has_learnt(self) -> bool:
        """Whether the network with all inputs is better than luck."""
        return self.p_value <= SIGNIFICANCE_OF_LEARNING


def split_rows(inputs: pd.DataFrame, target: Target, impute: bool = False) -> Split:
    """Hold out a quarter of the rows, of each class alike; always the same ones.

    Parameters
    ----------
    inputs : pandas.DataFrame
        All rows.
    target : Target
        Theirs.
    impute : bool, default=False
        Whether to fill in missing numbers by the median and missing categories by the most
        frequent one, both of the rows to learn from.
    """
    classes = len(np.unique(target.values)) if target.is_classification else 0
    parts = train_test_split(
        inputs,
        target.values,
        test_size=max(round(HELD_OUT * len(inputs)), FEWEST_HELD_OUT, classes),
        stratify=target.values if target.is_classification else None,
        random_state=0,
    )
    learnt_from, held_out, targets, held_out_targets = parts
    if impute:
        imputer = make_imputer()
        learnt_from = imputer.fit_transform(learnt_from)[list(inputs)]
        held_out = imputer.transform(held_out)[list(inputs)]
    return Split(target.task, learnt_from, held_out, targets, held_out_targets)


def make_imputer() -> Any:
    """Fills in what is missing in a frame."""
    return make_column_transformer(
        (SimpleImputer(strategy="median", keep_empty_features=True), NUMERICAL),
        (SimpleImputer(strategy="most_frequent", keep_empty_features=True), CATEGORICAL),
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")


def worth_of(
    split: Split, selected: list[str], fit: Callable[[pd.DataFrame, np.ndarray], Any]
) -> Scores:
    """Train networks and what to compare them with, and judge all by the rows held out.

    Parameters
    ----------
    split : Split
        The rows to learn from and to judge by.
    selected : list of str
        The inputs that are selected.
    fit : callable
        Trains a network on inputs and targets; what it returns predicts as scikit-learn does.
    """
    classification = split.task == "classification"
    measure = accuracy_score if classification else r2_score

    def held_out_score(model: Any, names: list[str]) -> float:
        return float(measure(split.held_out_targets, model.predict(split.held_out_inputs[names])))

    names = list(split.inputs)
    rows = rows_for_networks(split)
    inputs, targets = split.inputs.iloc[rows], split.targets[rows]
    network = fit(inputs, targets)
    p_value = p_value_of_learning(network, split)
    of_selected = fit(inputs[selected], targets) if selected else None
    chance = DummyClassifier() if classification else DummyRegressor()
    with warnings.catch_warnings(action="ignore"):  # not the last digit, and new categories
        linear_model = held_out_score(linear(split.task).fit(split.inputs, split.targets), names)
    return Scores(
        "accuracy" if classification else "R²",
        len(split.held_out_targets),
        held_out_score(network, names),
        held_out_score(of_selected, selected) if of_selected else None,
        linear_model,
        held_out_score(chance.fit(split.inputs, split.targets), names),
        p_value,
    )


def rows_for_networks(split: Split) -> np.ndarray:
    """The rows that networks learn from: not many more than most, but one of each class."""
    rows = np.arange(min(len(split.inputs), MOST_ROWS_LEARNT_FROM))
    if split.task == "regression":
        return rows
    return np.union1d(rows, np.unique(split.targets, return_index=True)[1])


def linear(task: Task) -> Any:
    """A linear model of numbers and categories."""
    return make_pipeline(
        make_column_transformer(
            (StandardScaler(), NUMERICAL),
            (OneHotEncoder(handle_unknown="ignore"), CATEGORICAL),
        ),
        LogisticRegression(max_iter=1000)
        if task == "classification"
        else RidgeCV(np.logspace(-3, 5, 17)),
    )


def p_value_of_learning(network: Any, split: Split) -> float:
    """How often shuffled targets would fit the predictions as well as the true ones do.

    What is compared is the mean probability of the true class, or the rank correlation with the
    true number. For a network that knows nothing, true targets are as good as shuffled ones.
    """
    rows = slice(MOST_ROWS_PERMUTED)
    inputs, targets = split.held_out_inputs.iloc[rows], split.held_out_targets[rows]
    if split.task == "classification":
        targets = np.searchsorted(network.classes_, targets)
        probabilities = network.predict_proba(inputs)
        places = np.arange(len(targets))

        def fit_of(shuffled: np.ndarray) -> float:
            return probabilities[places, shuffled].mean()
    else:
        targets = rankdata(targets)
        ranks = rankdata(network.predict(inputs))

        def fit_of(shuffled: np.ndarray) -> float:
            return ranks @ shuffled / len(ranks)

    tested = permutation_test(
        (targets,),
        fit_of,
        permutation_type="pairings",
        alternative="greater",
        n_resamples=PERMUTATIONS,
        rng=0,
    )
    return float(tested.pvalue)
