"""Networks that predict, and rank the columns of a table, as scikit-learn's estimators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import ClassifierMixin, MultiOutputMixin, RegressorMixin

from spectral.estimators.network_estimator import SpectralNetwork
from spectral.estimators.table_estimator import ClassWeight


class SpectralNetworkClassifier(ClassifierMixin, SpectralNetwork):
    r"""Tells classes apart, and which columns it needs for it.

    Trains networks of spectral layers on a table: an array, or a DataFrame of pandas or polars,
    whose columns of text and categories are encoded. Importances are read off the first layer.
    Equal rows count as one of their weights together, so that neither the order of the rows nor
    the way in which weights are written down matters.

    Parameters
    ----------
    n_seeds : int or sequence of int, default=10
        How many networks are trained, side by side, or which seeds they have. Predictions are
        means over them, and the spread of their importances tells how sure the ranking is.
    hidden : sequence of int, default=(100, 50)
        The sizes of the hidden layers.
    eigenvalue_penalty : float, default=3e-2
        :math:`c_\lambda`, at least 0: what weighs the eigenvalues of the first layer down.
    eigenvector_penalty : float, default=3e-2
        :math:`c_\psi`, at least 0: what weighs its eigenvectors down. Together they are a group
        lasso of strength :math:`2 \sqrt{c_\lambda c_\psi}` on the inputs.
    learning_rate : float, default=1e-2
        Of Adam.
    max_epochs : int, default=100
        After so many epochs a training ends.
    batch_size : int or "auto", default="auto"
        Rows of a step. "auto" makes about 20 steps of an epoch, of 32 to 512 rows.
    early_stopping : bool, default=True
        Whether each network holds out rows, is kept as it was at its smallest loss on them, and
        ends once that is 20 epochs ago.
    validation_fraction : float, default=0.1
        The share of the rows that a network then holds out: rows of its own, the share of each
        class. Where it comes to no row, all rows are trained on and looked at.
    class_weight : dict, "balanced" or None, default=None
        How much the rows of each class count; "balanced" lets all classes count alike.
    standardise : bool, default=True
        Whether columns get mean 0 and variance 1 first; constant ones leave in any case.
    device : str, default="cpu"
        Where to train, as torch calls it.
    n_jobs : int or None, default=None
        How many processes train, as joblib counts them; no result depends on it.
    random_state : int, RandomState or None, default=None
        Decides parameters, orders and rows held out.
    verbose : bool, default=False
        Whether to show a line with the time left.

    Attributes
    ----------
    classes_ : ndarray
        The labels.
    feature_importances_ : ndarray
        ``(columns,)``: the mean over the networks of the relevance :math:`|\lambda| \lVert \psi
        \rVert`; for a column of categories that of all its inputs together.
    feature_importances_std_ : ndarray
        ``(columns,)``: the standard deviation over the networks.
    importances_ : ndarray
        ``(n_seeds, columns)``.
    ranking_ : ndarray
        ``(columns,)``, 1 for the most relevant.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray
        Their names, where they are all text.
    epochs_ : ndarray
        ``(n_seeds,)``, of which epoch each network is.
    ensembles_ : list of Ensemble
        The networks, in float64.

    Raises
    ------
    TypeError, ValueError
        From ``fit``, if an option is wrong, X is sparse, has an empty cell, NaN or infinity, is
        constant, or holds anything but numbers, booleans, dates, text and categories, or if y does
        not fit.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> X, y = make_classification(n_features=8, n_informative=2, n_redundant=0, shuffle=False)
    >>> classifier = SpectralNetworkClassifier(n_seeds=2, max_epochs=30, random_state=0).fit(X, y)
    >>> classifier.predict_proba(X).shape, sorted(classifier.ranking_.tolist())
    ((100, 2), [1, 2, 3, 4, 5, 6, 7, 8])
    """

    def __init__(
        self,
        *,
        n_seeds: int | Sequence[int] = 10,
        hidden: Sequence[int] = (100, 50),
        eigenvalue_penalty: float = 3e-2,
        eigenvector_penalty: float = 3e-2,
        learning_rate: float = 1e-2,
        max_epochs: int = 100,
        batch_size: int | Literal["auto"] = "auto",
        early_stopping: bool = True,
        validation_fraction: float = 0.1,
        class_weight: ClassWeight = None,
        standardise: bool = True,
        device: str = "cpu",
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
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
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on the rows of X and their labels.

        Parameters
        ----------
        X : array-like or DataFrame
            ``(B, columns)``.
        y : array-like
            ``(B,)``, the labels.
        sample_weight : array-like or None, default=None
            ``(B,)``, how much the rows count.
        """
        samples, self.classes_ = self._samples_of_classes(X, y, sample_weight, self.class_weight)
        self._train(samples, len(self.classes_))
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probabilities of the classes, ``(B, classes)``: means over the networks."""
        return self._outputs(X).softmax(-1).mean(0).numpy()

    def predict(self, X: Any) -> np.ndarray:
        """The most probable labels, ``(B,)``."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]


class SpectralNetworkRegressor(MultiOutputMixin, RegressorMixin, SpectralNetwork):
    r"""Predicts one or several numbers, and tells which columns it needs for it.

    As :class:`SpectralNetworkClassifier` does for classes. Targets are standardised inside.

    Parameters
    ----------
    n_seeds : int or sequence of int, default=10
        How many networks are trained, side by side, or which seeds they have. Predictions are
        means over them, and the spread of their importances tells how sure the ranking is.
    hidden : sequence of int, default=(100, 50)
        The sizes of the hidden layers.
    eigenvalue_penalty : float, default=3e-2
        :math:`c_\lambda`, at least 0: what weighs the eigenvalues of the first layer down.
    eigenvector_penalty : float, default=3e-2
        :math:`c_\psi`, at least 0: what weighs its eigenvectors down. Together they are a group
        lasso of strength :math:`2 \sqrt{c_\lambda c_\psi}` on the inputs.
    learning_rate : float, default=1e-2
        Of Adam.
    max_epochs : int, default=100
        After so many epochs a training ends.
    batch_size : int or "auto", default="auto"
        Rows of a step. "auto" makes about 20 steps of an epoch, of 32 to 512 rows.
    early_stopping : bool, default=True
        Whether each network holds out rows, is kept as it was at its smallest loss on them, and
        ends once that is 20 epochs ago.
    validation_fraction : float, default=0.1
        The share of the rows that a network then holds out: rows of its own, the share of each
        class. Where it comes to no row, all rows are trained on and looked at.
    standardise : bool, default=True
        Whether columns get mean 0 and variance 1 first; constant ones leave in any case.
    device : str, default="cpu"
        Where to train, as torch calls it.
    n_jobs : int or None, default=None
        How many processes train, as joblib counts them; no result depends on it.
    random_state : int, RandomState or None, default=None
        Decides parameters, orders and rows held out.
    verbose : bool, default=False
        Whether to show a line with the time left.

    Attributes
    ----------
    feature_importances_ : ndarray
        ``(columns,)``: the mean over the networks of the relevance :math:`|\lambda| \lVert \psi
        \rVert`; for a column of categories that of all its inputs together.
    feature_importances_std_ : ndarray
        ``(columns,)``: the standard deviation over the networks.
    importances_ : ndarray
        ``(n_seeds, columns)``.
    ranking_ : ndarray
        ``(columns,)``, 1 for the most relevant.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray
        Their names, where they are all text.
    epochs_ : ndarray
        ``(n_seeds,)``, of which epoch each network is.
    ensembles_ : list of Ensemble
        The networks, in float64.

    Raises
    ------
    TypeError, ValueError
        From ``fit``, if an option is wrong, X is sparse, has an empty cell, NaN or infinity, is
        constant, or holds anything but numbers, booleans, dates, text and categories, or if y does
        not fit.

    Examples
    --------
    >>> from sklearn.datasets import make_friedman1
    >>> X, y = make_friedman1(n_samples=200, random_state=0)
    >>> regressor = SpectralNetworkRegressor(n_seeds=2, max_epochs=30, random_state=0).fit(X, y)
    >>> regressor.predict(X).shape
    (200,)
    """

    def __init__(
        self,
        *,
        n_seeds: int | Sequence[int] = 10,
        hidden: Sequence[int] = (100, 50),
        eigenvalue_penalty: float = 3e-2,
        eigenvector_penalty: float = 3e-2,
        learning_rate: float = 1e-2,
        max_epochs: int = 100,
        batch_size: int | Literal["auto"] = "auto",
        early_stopping: bool = True,
        validation_fraction: float = 0.1,
        standardise: bool = True,
        device: str = "cpu",
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.n_seeds = n_seeds
        self.hidden = hidden
        self.eigenvalue_penalty = eigenvalue_penalty
        self.eigenvector_penalty = eigenvector_penalty
        self.learning_rate = learning_rate
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.standardise = standardise
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on the rows of X and their targets.

        Parameters
        ----------
        X : array-like or DataFrame
            ``(B, columns)``.
        y : array-like
            ``(B,)`` or ``(B, T)``, the targets.
        sample_weight : array-like or None, default=None
            ``(B,)``, how much the rows count.
        """
        samples, self._target_scale = self._samples_of_numbers(X, y, sample_weight)
        self._train(samples, None)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The means of what the networks predict, in the shape of the targets."""
        outputs = self._outputs(X).mean(0).numpy()
        return self._target_scale.restored(outputs)
