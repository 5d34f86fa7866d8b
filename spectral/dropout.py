"""Dropout that each seed draws from a stream of its own."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spectral.arguments import checked_seeds, real_number, whole_number
from spectral.tensor_arguments import checked_tensor

BITS = 16

SOURCE, LOCK = np.random.SFC64(0), Lock()
"""Draws for every stream, one at a time: to make one takes as long as to draw a mask."""
LAYOUT = SOURCE.state


class Dropout(nn.Module):
    """Dropout of ``(B, F)`` or ``(S, B, F)``, where every seed may have its own random stream.

    As long as :meth:`reseed` has not been called this is :class:`torch.nn.Dropout`. After it,
    the mask of seed k depends on the seed, the epoch and the process alone, not on the other
    seeds beside it, and is drawn 16 random bits an element: several times faster on a CPU than
    torch's own, and exact to 2⁻¹⁷ in the probability. On a CPU the bits are NumPy's (SFC64).

    Parameters
    ----------
    probability : float
        The share of elements set to zero in training, at least 0 and below 1.

    Raises
    ------
    TypeError, ValueError
        If the probability is no number, or out of range; from the layer, if the inputs are no
        floating-point numbers, or not of the shape that was seeded.

    Examples
    --------
    >>> dropout = Dropout(0.2)
    >>> dropout.reseed([0, 1], epoch=0)
    >>> outputs = dropout(torch.ones(2, 1000, 10))
    >>> bool((outputs == 0).float().mean().sub(0.2).abs() < 0.02)
    True
    """

    streams: Tensor | None
    """The state of each seed's stream, ``(S, 4)``, on the CPU.

    No buffer: processes that train one network would be given those of the first."""

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = real_number("dropout", probability, least=0, below=1)
        self.streams = None

    def reseed(self, seeds: Sequence[int], epoch: int, process: int = 0) -> None:
        """Start the stream of each seed for this epoch; no state outlives an epoch.

        Parameters
        ----------
        seeds : sequence of int
            S seeds; the layer then takes ``(S, B, F)``.
        epoch : int
            The epoch, at least 0.
        process : int, default=0
            Processes that train one network on shares of a batch count from 0, and each has
            streams of its own.
        """
        place = [whole_number("epoch", epoch), whole_number("process", process)]
        sources = [
            np.random.SFC64(np.random.SeedSequence([seed, *place])) for seed in checked_seeds(seeds)
        ]
        states = np.stack([source.state["state"]["state"] for source in sources])
        self.streams = torch.from_numpy(states.view(np.int64))

    def forward(self, inputs: Tensor) -> Tensor:
        """The inputs, in training with some set to zero and the others enlarged."""
        if not checked_tensor("inputs", inputs).is_floating_point():
            raise TypeError(f"the inputs are {inputs.dtype}, but must be floating-point numbers")
        if not self.training or self.probability == 0 or inputs.numel() == 0:
            return inputs
        if self.streams is None:
            return F.dropout(inputs, self.probability)
        seeds = len(self.streams)
        if inputs.dim() != 3 or len(inputs) != seeds:
            raise ValueError(
                f"the inputs have shape {tuple(inputs.shape)}, but dropout was seeded for "
                f"({seeds}, batch, features)"
            )
        batch, features = inputs.shape[1:]
        mask = torch.ops.spectral.dropout_mask(
            self.streams, batch * features, self.probability, inputs.dtype, inputs.device
        )
        return inputs * mask.view(seeds, features, batch).mT  # as stacked layers lay out theirs

    def extra_repr(self) -> str:
        """The probability, for ``repr``."""
        return f"{self.probability}"


torch.library.define(  # torch.compile and torch.export cannot look into NumPy
    "spectral::dropout_mask",
    "(Tensor(a!) streams, SymInt count, float probability, ScalarType dtype, Device device)"
    " -> Tensor",
)


@torch.library.impl("spectral::dropout_mask", "CPU")
def _(
    streams: Tensor, count: int, probability: float, dtype: torch.dtype, device: torch.device
) -> Tensor:
    """Zero where an element is dropped, 1 / (1 - probability) where it is kept: ``(S, count)``.

    The streams move on.
    """
    mask = torch.empty(len(streams), count, dtype=dtype, device=device)
    dropped = min(round(probability * 2**BITS), 2**BITS - 1)
    threshold = dropped - 2 ** (BITS - 1)
    for row, state in zip(mask, streams.numpy().view(np.uint64), strict=True):
        torch.ge(random_bits(state, count, device), threshold, out=row)
    return mask.mul_(1 / (1 - probability))


@torch.library.register_fake("spectral::dropout_mask")
def _(
    streams: Tensor, count: int, probability: float, dtype: torch.dtype, device: torch.device
) -> Tensor:
    return torch.empty(len(streams), count, dtype=dtype, device=device)


def random_bits(state: np.ndarray, count: int, device: torch.device) -> Tensor:
    """``count`` random integers of 16 bits, drawn 64 bits at a time; the state moves on."""
    words = -(-count * BITS // 64)
    if device.type == "cpu":
        return torch.from_numpy(random_words(state, words).view(np.int16)[:count])
    generator = torch.Generator(device).manual_seed(int(random_words(state, 1)[0]))
    random = torch.empty(words, dtype=torch.int64, device=device)
    random.random_(torch.iinfo(torch.int64).min, None, generator=generator)
    return random.view(torch.int16)[:count]


def random_words(state: np.ndarray, count: int) -> np.ndarray:
    """``count`` random numbers of 64 bits; the state moves on."""
    with LOCK:
        SOURCE.state = LAYOUT | {"state": {"state": state}}
        drawn = SOURCE.random_raw(count)
        state[:] = SOURCE.state["state"]["state"]
    return drawn
