"""What the estimators share: options, and the way from X and y to samples and back to columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import Tensor

from spectral.arguments import (
    checked_seeds,
    described,
    real_number,
    true_or_false,
    whole_number,
    whole_numbers,
)
from spectral.samples import Samples
from spectral.selection.seed_training import batch_size_for
from spectral.tables.encoding import TableEncoder
from spectral.tables.equal_rows import DistinctRows, distinct_rows
from spectral.tables.sample_weights import checked_sample_weight, of_usual_size
from spectral.tables.selected_columns import ranks
from spectral.tables.table_columns import Table
from spectral.tables.table_reading import read_table
from spectral.tables.targets import TargetScale, classes_of, numbers_of

POSSIBLE_SEEDS = 2**31
"""How many a training may be started from."""


def checked_sizes(name: str, sizes: Any) -> tuple[int, ...]:
    """The sizes of hidden layers: at least one, each at least 1."""
    checked = whole_numbers(name, sizes, least=1)
    if not checked:
        raise ValueError(f"{name} is empty, but the network needs at least one hidden layer")
    return checked


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "hidden": checked_sizes,
    "eigenvalue_penalty": partial(real_number, least=0),
    "eigenvector_penalty": partial(real_number, least=0),
    "learning_rate": partial(real_number, above=0),
    "max_epochs": partial(whole_number, least=1),
    "batch_size": partial(whole_number, least=2),
    "early_stopping": true_or_false,
    "validation_fraction": partial(real_number, above=0, below=1),
}
"""What the options of a training have to be."""

ClassWeight = Mapping[Any, float] | Literal["balanced"] | None


def checked_class_weight(weights: Any) -> ClassWeight:
    """The weights of classes, if they are of one of the kinds that are allowed."""
    if isinstance(weights, Mapping):
        return {
            label: real_number(f"class_weight[{label!r}]", weight, least=0)
            for label, weight in weights.items()
        }
    if weights is not None and weights != "balanced":
        raise ValueError(
            f"class_weight is {described(weights)}, but must be a dict of numbers, 'balanced' or "
            "None"
        )
    return weights


class TableEstimator(BaseEstimator):
    """Reads options, tables and targets, and learns how columns become inputs.

    A subclass stores the options as they come, and fits.
    """

    n_seeds: int | Sequence[int]
    hidden: Sequence[int] | Literal["auto"]
    eigenvalue_penalty: float | Literal["auto"]
    eigenvector_penalty: float | Literal["auto"]
    learning_rate: float | Literal["auto"]
    max_epochs: int | Literal["auto"]
    batch_size: int | Literal["auto"]
    early_stopping: bool
    validation_fraction: float | Literal["auto"]
    standardise: bool
    device: str
    n_jobs: int | None
    random_state: Any
    verbose: bool

    def _table(self, X: Any, y: Any) -> Table:
        """The columns of X, whose names and number are learnt."""
        table = read_table(X, type(self).__name__, least_rows=2)
        validate_data(self, X, y, skip_check_array=True)
        return table

    def _samples_of_classes(
        self, X: Any, y: Any, sample_weight: Any, class_weight: ClassWeight
    ) -> tuple[Samples, np.ndarray]:
        """What to train on, and the label of each class number."""
        class_weight = checked_class_weight(class_weight)
        table = self._table(X, y)
        labels, numbers = classes_of(y)
        rows = distinct_rows(table, numbers, checked_sample_weight(sample_weight, len(table)))
        present, numbers = np.unique(rows.targets, return_inverse=True)
        classes = labels[present]
        if len(classes) < 2:
            raise ValueError(
                f"y holds one class alone, {classes.tolist()[0]!r}, but there must be at least two "
                "to tell apart"
            )
        weights = rows.weights
        if class_weight is not None:
            of_classes = compute_class_weight(
                class_weight, classes=classes, y=classes[numbers], sample_weight=weights
            )
            if not of_classes.any():
                raise ValueError("class_weight is zero for all classes, but one must count")
            weights = of_classes[numbers] * (1 if weights is None else weights)
        return self._samples(rows, torch.from_numpy(numbers), weights), classes

    def _samples_of_numbers(
        self, X: Any, y: Any, sample_weight: Any
    ) -> tuple[Samples, TargetScale]:
        """What to train on, and how predictions become numbers again."""
        table = self._table(X, y)
        rows = distinct_rows(table, numbers_of(y), checked_sample_weight(sample_weight, len(table)))
        scale = TargetScale().fit(rows.targets, rows.weights)
        targets = torch.from_numpy(scale.standardised(rows.targets)).float()
        return self._samples(rows, targets, rows.weights), scale

    def _samples(self, rows: DistinctRows, targets: Tensor, weights: np.ndarray | None) -> Samples:
        self._encoder = TableEncoder(true_or_false("standardise", self.standardise))
        self._encoder.fit(rows.table, rows.weights)
        return Samples(
            torch.from_numpy(self._encoder.transform(rows.table)),
            targets,
            None if weights is None else torch.from_numpy(of_usual_size(weights)).float(),
        )

    def _inputs(self, X: Any) -> Tensor:
        """The inputs of the fitted networks, float64."""
        check_is_fitted(self)
        table = read_table(X, type(self).__name__)
        validate_data(self, X, skip_check_array=True, reset=False)
        return torch.from_numpy(self._encoder.transform(table)).double()

    def _seeds(self) -> Sequence[int]:
        """Seeds that the random state decides, or those that are named."""
        if isinstance(self.n_seeds, Sequence | np.ndarray):
            return checked_seeds(self.n_seeds)
        count = whole_number("n_seeds", self.n_seeds, least=1)
        first = check_random_state(self.random_state).randint(POSSIBLE_SEEDS - count)
        return range(first, first + count)

    def _settings(self, rows: int) -> dict[str, Any]:
        """The options of the training, checked; the size of a batch from the number of rows."""
        return {"batch_size": batch_size_for(rows)} | self._options_given()

    def _options_given(self) -> dict[str, Any]:
        """The options of the training that are not "auto", checked."""
        given = {name: getattr(self, name) for name in CHECKS}
        return {
            name: CHECKS[name](name, value)
            for name, value in given.items()
            if not (isinstance(value, str) and value == "auto")
        }

    def _of_all_columns(self, values: np.ndarray) -> np.ndarray:
        """Values of the columns that vary, ``(..., varying)``, and 0 for those that do not."""
        wide = np.zeros((*values.shape[:-1], self.n_features_in_), dtype=values.dtype)
        wide[..., self._encoder.varying] = values
        return wide

    def _learn_importances(self, importances: np.ndarray) -> None:
        """Store the relevance of the columns in every seed, ``(S, varying)``, and what follows."""
        self.importances_ = self._of_all_columns(importances)
        self.feature_importances_ = self.importances_.mean(axis=0)
        self.feature_importances_std_ = self.importances_.std(axis=0)
        self.ranking_ = ranks(self.feature_importances_)
