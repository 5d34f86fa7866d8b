"""What is to be predicted: classes or numbers, as a training takes them and back."""

from __future__ import annotations

from typing import Any, Literal, Self

import narwhals.stable.v2 as nw
import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.utils import assert_all_finite, check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from spectral.tables.cells import cells_of_objects, missing_cells

Task = Literal["classification", "regression"]

CLASSES_OR_NUMBERS = "classes or numbers"
MOST_CLASSES = 20
"""Of whole numbers that are taken for classes where nobody says what they are."""


def target_values(targets: Any) -> np.ndarray:
    """The targets of any container as an array that tells what they are.

    Parameters
    ----------
    targets : array-like
        ``(B,)`` or ``(B, T)``.

    Returns
    -------
    ndarray
        Of the same shape: text, or booleans or numbers.

    Raises
    ------
    TypeError, ValueError
        If a cell is missing or masked, text is mixed with other things, or they are dates or
        durations.

    Examples
    --------
    >>> target_values(np.array([True, False], dtype=object))
    array([ True, False])
    >>> target_values(np.array(["2020-02-29"], dtype="datetime64[D]"))
    Traceback (most recent call last):
    TypeError: y holds dates or durations, but must hold classes or numbers
    """
    if isinstance(targets, np.ma.MaskedArray) and np.ma.is_masked(targets):
        raise ValueError(f"y is masked in {np.ma.count_masked(targets)} cells, but none may be")
    values = np.asarray(targets)
    if values.dtype == object and values.ndim in (1, 2) and values.size:
        columns = values.reshape(len(values), -1).T
        empty = missing_cells(values.ravel())
        if empty:
            raise ValueError(
                f"y holds nothing (None or NaN) in {empty} of {values.size} cells, but every row "
                "needs a target: leave the others out"
            )
        cells = [cells_of_objects("y", column, CLASSES_OR_NUMBERS) for column in columns]
        values = np.stack(cells, axis=-1).reshape(values.shape)
    if values.dtype.kind in "mM":
        raise TypeError(f"y holds dates or durations, but must hold {CLASSES_OR_NUMBERS}")
    return values


def task_of(targets: Any) -> Task:
    """Whether targets look like classes or like numbers.

    Text, booleans and categories are classes, whatever they say, and so are whole numbers of at
    most 20 different values; other numbers, and several columns of them, are numbers.

    Parameters
    ----------
    targets : array-like
        ``(B,)`` or ``(B, T)``.

    Raises
    ------
    TypeError, ValueError
        As :func:`target_values` does.

    Examples
    --------
    >>> task_of(["1.5", "2.5"]), task_of([3.0, 7.0, 3.0]), task_of([0.5, 1.0])
    ('classification', 'classification', 'regression')
    """
    values = target_values(targets)
    if values.ndim == 2 and values.shape[1] > 1:
        return "regression"
    if values.dtype.kind not in "iuf" or _is_categorical(targets):
        return "classification"
    whole = np.all(values == np.round(values))
    few = len(np.unique(values)) <= MOST_CLASSES
    return "classification" if whole and few else "regression"


def _is_categorical(targets: Any) -> bool:
    series = nw.from_native(targets, series_only=True, pass_through=True)
    return isinstance(series, nw.Series) and series.dtype in (nw.Categorical, nw.Enum)


def classes_of(labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """The classes in order, and for each row the number of its own.

    Parameters
    ----------
    labels : array-like
        ``(B,)``.

    Raises
    ------
    TypeError, ValueError
        If there is not one label a row, or they hold NaN or are continuous numbers; and as
        :func:`target_values` does.

    Examples
    --------
    >>> classes, numbers = classes_of(["yes", "no", "yes"])
    >>> classes.tolist(), numbers.tolist()
    (['no', 'yes'], [1, 0, 1])
    """
    labels = column_or_1d(target_values(labels), warn=True)
    assert_all_finite(labels, input_name="y")
    check_classification_targets(labels)
    return np.unique(labels, return_inverse=True)


def numbers_of(targets: Any) -> np.ndarray:
    """The targets as float64, ``(B,)`` or ``(B, T)`` as they come.

    Raises
    ------
    TypeError, ValueError
        If they are no numbers, or hold NaN or infinity; and as :func:`target_values` does.

    Examples
    --------
    >>> numbers_of([1, 2])
    array([1., 2.])
    """
    return check_array(target_values(targets), ensure_2d=False, dtype=np.float64, input_name="y")


class TargetScale:
    """Standardises targets and takes predictions back, in float64 whatever their size.

    Examples
    --------
    >>> targets = np.array([1e300, 3e300])
    >>> scale = TargetScale().fit(targets, None)
    >>> scale.standardised(targets).round(9).tolist(), scale.restored(np.array([[0.0]])).tolist()
    ([[-1.0], [1.0]], [2e+300])
    """

    def fit(self, targets: np.ndarray, weights: np.ndarray | None) -> Self:
        """Learn mean and deviation of targets ``(B,)`` or ``(B, T)``, and which of both they are.

        Rows count with their weights.
        """
        self._shape = targets.shape[1:]
        columns = targets.reshape(len(targets), -1)
        largest = abs(columns).max(axis=0)
        self._largest = np.where(largest > 0, largest, 1.0)
        self._scaler = StandardScaler().fit(columns / self._largest, sample_weight=weights)
        return self

    def standardised(self, targets: np.ndarray) -> np.ndarray:
        """Targets for a network, ``(B, T)``."""
        return self._scaler.transform(targets.reshape(len(targets), -1) / self._largest)

    def restored(self, outputs: np.ndarray) -> np.ndarray:
        """What a network's outputs ``(B, T)`` predict, in the shape of the targets."""
        deviation = np.sqrt(self._scaler.var_)  # 0 of a constant target
        numbers = (outputs * deviation + self._scaler.mean_) * self._largest
        return numbers.reshape(len(numbers), *self._shape)
