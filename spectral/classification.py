"""Classes to tell apart: the cross-entropy, and the accuracy."""

from __future__ import annotations

import spectral.torchvision_operators  # noqa: F401  # isort: skip  (torchmetrics imports torchvision)

from collections.abc import Callable, Sequence
from typing import Unpack

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchmetrics import Metric

from spectral.arguments import real_number, several, whole_number, whole_numbers
from spectral.metrics import SeedMean
from spectral.module_options import TrainingOptions
from spectral.network import PAPER_HIDDEN, Activation, SpectralMLP
from spectral.training import SpectralModule
from spectral.training_batch import check_outputs

NO_LABEL = torch.iinfo(torch.int64).min
"""Left out in silence; by default torch takes -100, which may be a mistake."""


class SpectralClassifier(SpectralModule):
    """Trains one or many seeds of a network as a classifier.

    The loss is the cross-entropy, the score the accuracy.

    Parameters
    ----------
    in_features, classes : int
        The sizes of input and output.
    hidden : sequence of int, default=(100, 100, 50)
        The sizes of the hidden layers of the :class:`SpectralMLP`.
    activation : {"relu", "tanh"}, default="relu"
        What follows its first layer.
    dropout : float, default=0.0
        The share of nodes of its first hidden layer dropped in training.
    build : callable or None, default=None
        Makes another network of these sizes, whose first layer is spectral; then ``hidden``,
        ``activation`` and ``dropout`` say nothing.
    class_weights : sequence of float or None, default=None
        How much a sample of each class counts, above 0. None stands for equal ones.
    **options
        The other options of :class:`SpectralModule`.

    Shape
    -----
    Targets are class numbers, ``(S, B)`` or ``(B,)``. Predictions are the mean of the seeds'
    probabilities, ``(B, classes)``.

    Examples
    --------
    >>> classifier = SpectralClassifier(in_features=20, classes=2, seeds=range(3))
    >>> classifier(torch.randn(8, 20)).shape
    torch.Size([3, 8, 2])
    >>> classifier.relevance().shape
    torch.Size([3, 20])
    """

    score = "accuracy"
    class_weights: Tensor | None

    def __init__(
        self,
        in_features: int,
        classes: int,
        *,
        hidden: Sequence[int] = PAPER_HIDDEN,
        activation: Activation = "relu",
        dropout: float = 0.0,
        build: Callable[[], nn.Module] | None = None,
        class_weights: Sequence[float] | None = None,
        **options: Unpack[TrainingOptions],
    ) -> None:
        in_features = whole_number("in_features", in_features, least=1)
        classes = whole_number("classes", classes, least=2)
        hidden = whole_numbers("hidden", hidden, least=1)
        dropout = real_number("dropout", dropout, least=0, below=1)

        def build_mlp() -> nn.Module:
            return SpectralMLP(in_features, classes, hidden, activation, dropout)

        super().__init__(build or build_mlp, **options)
        weights = None if class_weights is None else _checked_weights(class_weights, classes)
        self.hparams.update(
            in_features=in_features,
            classes=classes,
            hidden=hidden,
            dropout=dropout,
            class_weights=weights,
        )
        self.classes = classes
        of_classes = None if weights is None else torch.tensor(weights)
        self.register_buffer("class_weights", of_classes, persistent=False)

    def fitting_targets(self, targets: Tensor, outputs: Tensor) -> Tensor:
        """The labels as int64, ``(S, B)``; refused if they are not whole or of another shape."""
        check_outputs(outputs, self.classes, each="class")
        if targets.is_floating_point() or targets.is_complex():
            raise TypeError(f"the labels are {targets.dtype}, but must be whole numbers, as int64")
        if targets.shape not in (outputs.shape[:-1], outputs.shape[1:-1]):
            raise ValueError(
                f"the labels have shape {tuple(targets.shape)}, but the inputs take "
                f"{tuple(outputs.shape[1:-1])} or {tuple(outputs.shape[:-1])}"
            )
        return targets.long().expand(outputs.shape[:-1])

    def losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The cross-entropy of every sample, ``(S, B)``."""
        try:
            return F.cross_entropy(outputs.mT, targets, ignore_index=NO_LABEL, reduction="none")
        except IndexError as error:  # a GPU says so in its own way
            classes = outputs.shape[-1]
            raise ValueError(f"{error} The labels must be 0 to {classes - 1}.") from error

    def counting(self, targets: Tensor, weights: Tensor | None) -> Tensor | None:
        """The weight of each sample's class, times its own: ``(S, B)``."""
        if self.class_weights is None:
            return weights
        of_classes = self.class_weights[targets]
        return of_classes if weights is None else of_classes * weights

    def make_score(self) -> Metric:
        """The accuracy of each seed."""
        return SeedAccuracy(len(self.seeds))

    def predicted(self, outputs: Tensor) -> Tensor:
        """The mean of the seeds' probabilities, ``(B, classes)``."""
        return outputs.softmax(-1).mean(0)


class SeedAccuracy(SeedMean):
    """The share of samples whose class is predicted, in every seed: ``(S,)``.

    Examples
    --------
    >>> accuracy = SeedAccuracy(seeds=1)
    >>> accuracy.update(torch.tensor([[[2.0, 1.0], [0.0, 1.0]]]), torch.tensor([[0, 0]]))
    >>> accuracy.compute().item()
    0.5
    """

    def update(  # type: ignore[override]
        self, outputs: Tensor, targets: Tensor, weights: Tensor | None = None
    ) -> None:
        """Add the logits ``(S, B, C)`` and labels ``(S, B)`` of a batch, weights ``(S, B)``."""
        super().update((outputs.max(-1).indices == targets).to(self.sums.dtype), weights)


def _checked_weights(weights: Sequence[float], classes: int) -> list[float]:
    """One weight a class, as plain numbers."""
    values = several("class_weights", weights, "numbers, one a class")
    numbers = [real_number(f"class_weights[{i}]", each, above=0) for i, each in enumerate(values)]
    if len(numbers) != classes:
        raise ValueError(f"class_weights holds {len(numbers)}, but there are {classes} classes")
    return numbers
