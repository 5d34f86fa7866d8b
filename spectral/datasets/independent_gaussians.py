"""Independent Gaussians: some inputs tell the classes apart, the more the further the means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
import torch
from torch import Tensor

from spectral.arguments import whole_number
from spectral.batches import InMemoryDataModule, ServingOptions
from spectral.classification import SpectralClassifier
from spectral.datasets.paper import INDEPENDENT_DATA as DATA
from spectral.datasets.paper import INDEPENDENT_TRAINING as TRAINING
from spectral.datasets.paper import SERVING, TEST_SHARE
from spectral.samples import Samples, split_test


class IndependentGaussians(InMemoryDataModule):
    r"""Two classes that differ in the means of some of their independent inputs (Fig. 5).

    Every input is Gaussian with standard deviation 0.5. A relevant one has mean -0.5 in class
    0 and :math:`\Delta - 0.5` in class 1, with its distance :math:`\Delta` drawn from
    U(0, 1.4). An irrelevant one has mean 0 in both. Which inputs are relevant is drawn too.
    The numbers are those of the authors' notebooks.

    Parameters
    ----------
    features, relevant : int, default=20 and 11
        How many inputs there are, and how many of them are relevant.
    samples : int, default=60_000
        How many samples there are, of both classes together; 20 % are the test.
    data_seed : int, default=1
        Decides what is drawn. With 1 every relevant input has a distance above 0.15; seed 0
        draws one of 0.04, which every network rightly silences, so that ranks among silent
        inputs would decide the rank correlation.
    **options
        The other options of :class:`InMemoryDataModule`.

    Examples
    --------
    >>> data = IndependentGaussians(samples=1000)
    >>> data.setup()
    >>> data.train.inputs.shape, int((data.distance > 0).sum())
    (torch.Size([720, 20]), 11)
    """

    classes = 2

    def __init__(
        self,
        *,
        features: int = DATA.features,
        relevant: int = DATA.relevant,
        samples: int = DATA.samples,
        data_seed: int = DATA.data_seed,
        **options: Unpack[ServingOptions],
    ) -> None:
        features = whole_number("features", features, least=1)
        relevant = whole_number("relevant", relevant, most=features)
        samples = whole_number("samples", samples, least=10)
        super().__init__(data_seed=data_seed, **(SERVING | options))
        self.features = features
        self.relevant = relevant
        self.samples = samples

    def load(self) -> tuple[Samples, Samples]:
        random = np.random.default_rng([self.data_seed, 0])
        chosen = random.permutation(self.features)[: self.relevant]
        distance = np.zeros(self.features)
        distance[chosen] = random.uniform(0, DATA.largest_distance, self.relevant)
        first_mean = np.where(np.isin(np.arange(self.features), chosen), DATA.first_mean, 0.0)
        labels = random.permutation(np.arange(self.samples) % self.classes)
        means = first_mean + labels[:, None] * distance
        inputs = random.normal(means, DATA.standard_deviation)
        self.distance: Tensor = torch.from_numpy(distance)
        samples = Samples(torch.from_numpy(inputs).float(), torch.from_numpy(labels))
        return split_test(samples, TEST_SHARE)


class IndependentGaussiansClassifier(SpectralClassifier):
    r"""The paper's network and training for :class:`IndependentGaussians`.

    Parameters
    ----------
    in_features : int, default=20
        The number of inputs.
    dropout : float, default=0.2
        The share of nodes of the first hidden layer dropped in training.
    learning_rate : float, default=1e-2
        Of Adam.
    eigenvalue_penalty : float, default=1e-6
        :math:`c_\lambda`, see :class:`spectral.SpectralModule`.
    eigenvector_penalty : float, default=1e-2
        :math:`c_\psi`.
    cooldown : int, default=0
        Over so many of the last epochs the learning rate falls towards zero.
    seeds : sequence of int, default=(0,)
        One network is trained for each.
    kept : sequence of int or Tensor or None, default=None
        The inputs that take part; None stands for all.
    """

    def __init__(
        self,
        *,
        in_features: int = DATA.features,
        dropout: float = TRAINING.dropout,
        learning_rate: float = TRAINING.learning_rate,
        eigenvalue_penalty: float = TRAINING.eigenvalue_penalty,
        eigenvector_penalty: float = TRAINING.eigenvector_penalty,
        cooldown: int = 0,
        seeds: Sequence[int] = (0,),
        kept: Sequence[int] | Tensor | None = None,
    ) -> None:
        super().__init__(
            in_features,
            classes=2,
            hidden=TRAINING.hidden,
            activation=TRAINING.activation,
            dropout=dropout,
            learning_rate=learning_rate,
            eigenvalue_penalty=eigenvalue_penalty,
            eigenvector_penalty=eigenvector_penalty,
            cooldown=cooldown,
            seeds=seeds,
            kept=kept,
        )
