"""Selects the columns of a table that matter, as scikit-learn's selectors do."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

import narwhals.stable.v2 as nw
import numpy as np
from sklearn.feature_selection import SelectorMixin
from sklearn.utils import Tags
from sklearn.utils._set_output import _get_output_config
from sklearn.utils.validation import check_is_fitted, validate_data

from spectral.arguments import one_of, true_or_false, usable_device
from spectral.estimators.column_groups import group_numbers, number_to_select
from spectral.estimators.table_estimator import ClassWeight, TableEstimator
from spectral.running.one_line_progress import progress_line
from spectral.selection.consensus import select_by_elimination
from spectral.selection.single_training import select_by_single_training
from spectral.tables.selected_columns import Selection, ranks
from spectral.tables.table_reading import read_table
from spectral.tables.targets import Task, task_of

STRATEGIES: dict[str, Callable[..., Selection]] = {
    "elimination": select_by_elimination,
    "single": select_by_single_training,
}
"""Each makes a :class:`~spectral.tables.selected_columns.Selection` of samples."""
TASKS = ("auto", "classification", "regression")
AS_CONTAINER: dict[str, Callable[[nw.DataFrame[Any]], Any]] = {
    "pandas": nw.DataFrame.to_pandas,
    "polars": nw.DataFrame.to_polars,
}
"""What ``set_output`` may ask for, beside an array."""


class SpectralFeatureSelector(SelectorMixin, TableEstimator):
    r"""Ranks the columns of a table by what networks make of them, and selects what matters.

    A table is an array, or a DataFrame of pandas or polars, whose columns of text and categories
    are encoded. Equal rows count as one of their weights together.

    Parameters
    ----------
    n_features_to_select : int, float or "auto", default="auto"
        How many columns to select: a number, a share of them, or as many as matter; with
        ``groups``, how many of these. With "elimination", "auto" selects what in more than half of
        the seeds outlasts permuted copies of all columns, which train along, and is of use on rows
        that the seed held out: of columns that tell the same, a seed keeps one. It selects nothing
        where nothing matters; a number is taken from the start of the same ranking. With "single",
        "auto" selects whatever is not silent and compares it with nothing, so that of noise it
        selects most. Columns that are constant are never among them.
    strategy : {"elimination", "single"}, default="elimination"
        "elimination" trains anew without the least relevant columns, again and again, on functions
        of each column and products of several, or on the columns as they are where a network on
        these predicts better, see :mod:`spectral.selection.elimination`. "single" is the paper's:
        one training on the columns themselves, and the plain relevance.
    task : {"auto", "classification", "regression"}, default="auto"
        Whether y is classes or numbers. "auto" takes text, booleans and whole numbers of at most
        20 different values for classes.
    n_seeds : int or sequence of int, default=10
        How many seeds, or which: each is an elimination, or a network, of its own. The spread of
        their importances tells how sure the ranking is.
    hidden : sequence of int or "auto", default="auto"
        The sizes of the hidden layers; "auto" is (50,), and (100, 50) with "single".
    eigenvalue_penalty : float or "auto", default="auto"
        :math:`c_\lambda`, at least 0: what weighs the eigenvalues of the first layer down. "auto"
        is 2.5 over the root of the rows that a seed trains on, and 3e-2 with "single".
    eigenvector_penalty : float or "auto", default="auto"
        :math:`c_\psi`, at least 0, and "auto" the same: what weighs its eigenvectors down.
        Together they are a group lasso of strength :math:`2 \sqrt{c_\lambda c_\psi}`.
    learning_rate : float or "auto", default="auto"
        Of Adam; "auto" is 3e-2, and 1e-2 with "single".
    max_epochs : int or "auto", default="auto"
        After so many epochs a training ends; "auto" is after 80 steps, and after 100 epochs with
        "single".
    batch_size : int or "auto", default="auto"
        Rows of a step; "auto" is 128, and with "single" 32 to 512, for about 20 steps an epoch.
    early_stopping : bool, default=True
        With "single", whether each network is kept as it was at its smallest loss on rows that it
        holds out, and ends once that is 20 epochs ago.
    validation_fraction : float or "auto", default="auto"
        The share of the rows that a seed holds out; "auto" is 0.2, and 0.1 with "single".
    class_weight : dict, "balanced" or None, default=None
        How much the rows of each class count, at least 0; "balanced" lets all classes count alike.
        Of no meaning in regression.
    standardise : bool, default=True
        Whether columns get mean 0 and variance 1 first; constant ones leave in any case.
    device : str, default="cpu"
        Where to train, as torch calls it.
    n_jobs : int or None, default=None
        How many processes train, as joblib counts them; no result depends on it.
    random_state : int, RandomState or None, default=None
        Decides parameters, orders and rows held out.
    groups : sequence or None, default=None
        ``(columns,)``, a label for each column: those that share one are ranked and selected
        together, with one importance, that of all their inputs.
    verbose : bool, default=False
        Whether to show a line with the time left.

    Attributes
    ----------
    support_ : ndarray
        ``(columns,)``, whether a column is selected.
    selection_frequency_ : ndarray
        ``(columns,)``: in which share of the seeds it would be.
    threshold_ : float
        With "single" the importance from which on columns are selected; with "elimination" 1, the
        largest importance of a copy, which alone selects nothing.
    redundancy_ : ndarray
        ``(columns,)``, 0 to 1: how much of a column those tell already that a seed selects (R², of
        what rises or falls), in the mean over the seeds; all of it where a seed selects the column
        itself. With "single", where no column regards another, 0.
    task_ : {"classification", "regression"}
        What y was taken for.
    feature_importances_ : ndarray
        ``(columns,)``: the mean over the seeds of the relevance :math:`|\lambda| \lVert \psi
        \rVert`; for a column of categories that of all its inputs together. With "elimination"
        the most that it came to in a training, in units of the largest permuted copy, up to 100.
    feature_importances_std_ : ndarray
        ``(columns,)``: the standard deviation over the networks.
    importances_ : ndarray
        ``(n_seeds, columns)``.
    ranking_ : ndarray
        ``(columns,)``, 1 for the most relevant, by the mean importance. With "elimination" what
        "auto" selects comes first, the column that lasts longest before all: as a rule each tells
        something beside those before it. The others follow by their importance and
        ``redundancy_``, added.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray
        Their names, where they are all text.

    Raises
    ------
    TypeError, ValueError
        From ``fit``, if an option is wrong, X is sparse, has an empty cell, NaN or infinity, is
        constant, or holds anything but numbers, booleans, dates, text and categories, or if y does
        not fit.

    Examples
    --------
    >>> from sklearn.datasets import make_friedman1
    >>> X, y = make_friedman1(n_samples=300, n_features=8, random_state=0)
    >>> selector = SpectralFeatureSelector(n_features_to_select=5, n_seeds=3, random_state=0)
    >>> selector.fit_transform(X, y).shape
    (300, 5)
    """

    def __init__(
        self,
        *,
        n_features_to_select: float | Literal["auto"] = "auto",
        strategy: str = "elimination",
        task: Task | Literal["auto"] = "auto",
        n_seeds: int | Sequence[int] = 10,
        hidden: Sequence[int] | Literal["auto"] = "auto",
        eigenvalue_penalty: float | Literal["auto"] = "auto",
        eigenvector_penalty: float | Literal["auto"] = "auto",
        learning_rate: float | Literal["auto"] = "auto",
        max_epochs: int | Literal["auto"] = "auto",
        batch_size: int | Literal["auto"] = "auto",
        early_stopping: bool = True,
        validation_fraction: float | Literal["auto"] = "auto",
        class_weight: ClassWeight = None,
        standardise: bool = True,
        device: str = "cpu",
        n_jobs: int | None = None,
        random_state: Any = None,
        groups: Any = None,
        verbose: bool = False,
    ) -> None:
        self.n_features_to_select = n_features_to_select
        self.strategy = strategy
        self.task = task
        self.n_seeds = n_seeds
        self.hidden = hidden
        self.eigenvalue_penalty = eigenvalue_penalty
        self.eigenvector_penalty = eigenvector_penalty
        self.learning_rate = learning_rate
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
        self.standardise = standardise
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.groups = groups
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on the rows of X and their targets, and select columns.

        Parameters
        ----------
        X : array-like or DataFrame
            ``(B, columns)``.
        y : array-like
            ``(B,)``, or ``(B, T)`` for several numbers: the targets.
        sample_weight : array-like or None, default=None
            ``(B,)``, how much the rows count.
        """
        select = STRATEGIES[one_of("strategy", self.strategy, STRATEGIES)]
        self.task_ = task_of(y) if one_of("task", self.task, TASKS) == "auto" else self.task
        if self.task_ == "classification":
            samples, labels = self._samples_of_classes(X, y, sample_weight, self.class_weight)
            classes = len(labels)
        else:
            samples, _ = self._samples_of_numbers(X, y, sample_weight)
            classes = None
            if not samples.targets.any():  # standardised
                raise ValueError("y is the same in all rows, so that there is nothing to predict")
        seeds = self._seeds()
        groups = self._groups_that_vary()
        with progress_line(
            f"Ranking by networks, seeds: {len(seeds)}", true_or_false("verbose", self.verbose)
        ) as progress:
            selection = select(
                samples,
                groups[self._encoder.groups],
                classes,
                self._number_to_select(groups.max() + 1),
                seeds,
                self.n_jobs,
                str(usable_device("device", self.device)),
                progress,
                **self._options_given(),
            )
        self._learn(selection, groups)
        return self

    def transform(self, X: Any) -> Any:
        """The selected columns of X, in the container that ``set_output`` asks for.

        Cells must be what they may be in ``fit``. Where nothing is selected there comes a warning
        and no column, as from scikit-learn's selectors.

        Parameters
        ----------
        X : array-like or DataFrame
            ``(B, columns)``.
        """
        check_is_fitted(self)
        read_table(X, type(self).__name__)
        is_frame = nw.dependencies.is_into_dataframe(X)
        X = validate_data(self, X, dtype=None, skip_check_array=is_frame, reset=False)
        if not is_frame:
            return self._transform(X)
        if not self.support_.any():
            warnings.warn("No features were selected", UserWarning, stacklevel=2)
        frame = nw.from_native(X, eager_only=True)
        others = [name for name, kept in zip(frame.columns, self.support_, strict=True) if not kept]
        chosen = frame.drop(others)  # by name, so that rows stay where no column does
        asked_for = _get_output_config("transform", self)["dense"]
        if asked_for == "default":
            return chosen.to_pandas().to_numpy().reshape(len(X), -1)
        return AS_CONTAINER[asked_for](chosen)

    def _number_to_select(self, varying_groups: int) -> int | Literal["auto"]:
        of_all = group_numbers(self.groups, self.n_features_in_).max() + 1
        wanted = number_to_select(self.n_features_to_select, int(of_all))
        return "auto" if wanted == "auto" else min(wanted, varying_groups)

    def _groups_that_vary(self) -> np.ndarray:
        """To which group each of the columns that vary belongs, counted from 0."""
        groups = group_numbers(self.groups, self.n_features_in_)[self._encoder.varying]
        return np.unique(groups, return_inverse=True)[1]

    def _learn(self, selection: Selection, groups: np.ndarray) -> None:
        """Store what was found of groups for each of their columns."""
        self._learn_importances(selection.importances[:, groups])
        self.support_ = self._of_all_columns(selection.support[groups])
        self.selection_frequency_ = self._of_all_columns(selection.selection_frequency[groups])
        self.threshold_ = selection.threshold
        self.redundancy_ = self._of_all_columns(selection.redundancy[groups])
        places = self._of_all_columns(selection.ranking[groups])
        self.ranking_ = ranks(-np.where(places > 0, places, np.inf))

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self)
        return self.support_

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags
