"""Early stopping of seeds side by side: every seed as it was where its loss was smallest."""

from __future__ import annotations

import torch
from torch import Tensor

from spectral.ensemble import Ensemble
from spectral.stacking import tensors_of


class BestState:
    """The parameters and buffers of every seed where its loss was smallest.

    A seed that has not become better for ``patience`` epochs has come to its end, also if others
    beside it go on: what is kept of it does not depend on them.

    Parameters
    ----------
    ensemble : Ensemble
        What is trained; its present state is the first one kept.
    patience : int
        A number of epochs.

    Attributes
    ----------
    epochs : Tensor
        ``(S,)``, of which epoch the state of each seed is kept; 0 for the start.

    Examples
    --------
    >>> from spectral import SpectralMLP
    >>> ensemble = Ensemble(lambda: SpectralMLP(2, 1, hidden=(3,)), seeds=[0, 1])
    >>> best = BestState(ensemble, patience=1)
    >>> best.update(1, torch.tensor([0.4, 0.4]))
    >>> best.update(2, torch.tensor([0.3, 0.5]))
    >>> best.epochs.tolist(), best.all_ended(epoch=2), best.all_ended(epoch=3)
    ([2, 1], False, True)
    """

    epochs: Tensor

    def __init__(self, ensemble: Ensemble, patience: int) -> None:
        self.ensemble = ensemble
        self.patience = patience
        self.epochs = torch.zeros(len(ensemble.seeds), dtype=torch.long)
        self._losses = torch.full((len(ensemble.seeds),), torch.inf)
        self._tensors = {name: tensor.detach().clone() for name, tensor in self._present().items()}

    def update(self, epoch: int, losses: Tensor) -> None:
        """Keep the seeds whose loss is smaller than ever before; NaN never is."""
        losses = losses.cpu()
        better = (losses < self._losses) & ~self._ended(epoch - 1)
        seeds = better.nonzero().flatten()
        if not len(seeds):
            return
        self._losses[seeds], self.epochs[seeds] = losses[seeds], epoch
        for name, tensor in self._present().items():
            places = seeds.to(tensor.device)
            self._tensors[name][places] = tensor.detach()[places]

    def all_ended(self, epoch: int) -> bool:
        """Whether no seed has become better for ``patience`` epochs."""
        return bool(self._ended(epoch).all())

    @torch.no_grad()
    def restore(self) -> None:
        """Give every seed its best state back."""
        for name, tensor in self._present().items():
            tensor.copy_(self._tensors[name])

    def _ended(self, epoch: int) -> Tensor:
        return epoch - self.epochs >= self.patience

    def _present(self) -> dict[str, Tensor]:
        return tensors_of(self.ensemble.network)
