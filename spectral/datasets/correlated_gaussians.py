"""Correlated Gaussians: only how the members of a pair go together tells the classes apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from spectral.arguments import real_number, several, whole_number
from spectral.datasets.in_memory import InMemoryDataModule, split_test
from spectral.module import SpectralClassifier
from spectral.samples import Samples


class CorrelatedGaussians(InMemoryDataModule):
    """Two classes that differ in the correlations within pairs of inputs (eq. 2, 3).

    All inputs are drawn from N(0, 1). The second of a pair equals the first in class 0; in
    class 1 it has the opposite sign with the probability p of the pair. The inputs after the
    pairs are noise, and count as p = 0.

    Parameters
    ----------
    p
        One probability a pair, each between 0 and 1.
    noise
        The number of inputs after the pairs.
    samples
        How many samples there are, of both classes together; 20 % are the test.
    **options
        ``batch_size``, ``validation_share``, ``data_seed``, ``seeds`` of
        :class:`InMemoryDataModule`.

    Examples
    --------
    >>> data = CorrelatedGaussians(samples=1000)
    >>> data.setup()
    >>> data.train.inputs.shape, data.p.tolist()
    (torch.Size([720, 10]), [0.7, 0.7, 0.8, 0.8, 0.4, 0.4, 0.6, 0.6, 0.0, 0.0])
    """

    classes = 2
    test_share = 0.2

    def __init__(
        self,
        *,
        p: Sequence[float] = (0.7, 0.8, 0.4, 0.6),
        noise: int = 2,
        samples: int = 100_000,
        **options: object,
    ) -> None:
        p = tuple(
            real_number(f"p[{pair}]", probability, least=0, most=1)
            for pair, probability in enumerate(several("p", p, "probabilities, one a pair"))
        )
        noise = whole_number("noise", noise)
        if not p and not noise:
            raise ValueError("p is empty and noise is 0, but at least one input is needed")
        samples = whole_number("samples", samples, least=10)
        super().__init__(**options)  # type: ignore[arg-type]
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
        return split_test(inputs, labels, self.test_share)


class CorrelatedGaussiansClassifier(SpectralClassifier):
    """The paper's network and training for :class:`CorrelatedGaussians`."""

    def __init__(
        self,
        *,
        in_features: int = 10,
        dropout: float = 0.2,
        learning_rate: float = 0.01,
        eigenvalue_penalty: float = 1e-6,
        eigenvector_penalty: float = 1e-4,
        cooldown: int = 0,
        seeds: Sequence[int] = (0,),
    ) -> None:
        super().__init__(
            in_features,
            classes=2,
            hidden=(100, 100, 50),
            activation="tanh",
            dropout=dropout,
            learning_rate=learning_rate,
            eigenvalue_penalty=eigenvalue_penalty,
            eigenvector_penalty=eigenvector_penalty,
            cooldown=cooldown,
            seeds=seeds,
        )
