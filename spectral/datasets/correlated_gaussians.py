"""Correlated Gaussians: only how the members of a pair go together tells the classes apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
import torch
from torch import Tensor

from spectral.arguments import real_number, several, whole_number
from spectral.batches import DataOptions, InMemoryDataModule
from spectral.classification import SpectralClassifier
from spectral.datasets.paper import CORRELATED_DATA as DATA
from spectral.datasets.paper import CORRELATED_TRAINING as TRAINING
from spectral.datasets.paper import SERVING, TEST_SHARE
from spectral.samples import Samples, split_test


class CorrelatedGaussians(InMemoryDataModule):
    """Two classes that differ in the correlations within pairs of inputs (eq. 2, 3).

    All inputs are drawn from N(0, 1). The second of a pair equals the first in class 0; in
    class 1 it has the opposite sign with the probability p of the pair. The inputs after the
    pairs are noise, and count as p = 0.

    Parameters
    ----------
    p : sequence of float, default=(0.7, 0.8, 0.4, 0.6)
        One probability a pair, each between 0 and 1.
    noise : int, default=2
        The number of inputs after the pairs.
    samples : int, default=100_000
        How many samples there are, of both classes together; 20 % are the test.
    **options
        The options of :class:`InMemoryDataModule`.

    Examples
    --------
    >>> data = CorrelatedGaussians(samples=1000)
    >>> data.setup()
    >>> data.train.inputs.shape, data.p.tolist()
    (torch.Size([720, 10]), [0.7, 0.7, 0.8, 0.8, 0.4, 0.4, 0.6, 0.6, 0.0, 0.0])
    """

    classes = 2

    def __init__(
        self,
        *,
        p: Sequence[float] = DATA.p,
        noise: int = DATA.noise,
        samples: int = DATA.samples,
        **options: Unpack[DataOptions],
    ) -> None:
        p = tuple(
            real_number(f"p[{pair}]", probability, least=0, most=1)
            for pair, probability in enumerate(several("p", p, "probabilities, one a pair"))
        )
        noise = whole_number("noise", noise)
        if not p and not noise:
            raise ValueError("p is empty and noise is 0, but at least one input is needed")
        samples = whole_number("samples", samples, least=10)
        super().__init__(**(SERVING | options))
        self.pair_probabilities = p
        self.noise = noise
        self.samples = samples

    @property
    def p(self) -> Tensor:
        """The probability that goes with each input: ``(N,)``."""
        of_inputs = np.concatenate([np.repeat(self.pair_probabilities, 2), np.zeros(self.noise)])
        return torch.from_numpy(of_inputs)

    def load(self) -> tuple[Samples, Samples]:
        random = np.random.default_rng([self.data_seed, 0])
        pairs = len(self.pair_probabilities)
        labels = random.permutation(np.arange(self.samples) % self.classes)
        inputs = random.standard_normal((self.samples, 2 * pairs + self.noise))
        flipped = random.random((self.samples, pairs)) < self.pair_probabilities
        signs = np.where(flipped & (labels == 1)[:, None], -1, 1)
        inputs[:, 1 : 2 * pairs : 2] = signs * inputs[:, 0 : 2 * pairs : 2]
        samples = Samples(torch.from_numpy(inputs).float(), torch.from_numpy(labels))
        return split_test(samples, TEST_SHARE)


class CorrelatedGaussiansClassifier(SpectralClassifier):
    r"""The paper's network and training for :class:`CorrelatedGaussians`.

    Parameters
    ----------
    in_features : int, default=10
        The number of inputs.
    dropout : float, default=0.2
        The share of nodes of the first hidden layer dropped in training.
    learning_rate : float, default=1e-2
        Of Adam.
    eigenvalue_penalty : float, default=1e-6
        :math:`c_\lambda`, see :class:`spectral.SpectralModule`.
    eigenvector_penalty : float, default=1e-4
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
        in_features: int = 2 * len(DATA.p) + DATA.noise,
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
