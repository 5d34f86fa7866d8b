"""Networks of many seeds that are trained on a table and predict together."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from spectral.arguments import true_or_false, usable_device
from spectral.estimators.table_estimator import TableEstimator
from spectral.running.one_line_progress import progress_line
from spectral.samples import Samples
from spectral.selection.dealt_seeds import train_in_processes
from spectral.selection.seed_training import ROWS_OF_A_PASS, TrainingSettings
from spectral.tables.encoding import relevance_of_columns


class SpectralNetwork(TableEstimator):
    """Trains networks on a table and predicts with all of them."""

    def _train(self, samples: Samples, classes: int | None) -> None:
        seeds = self._seeds()
        with progress_line(
            f"Training networks, seeds: {len(seeds)}", true_or_false("verbose", self.verbose)
        ) as progress:
            trained = train_in_processes(
                samples,
                classes,
                seeds,
                TrainingSettings(**self._settings(len(samples))),
                n_jobs=self.n_jobs,
                device=str(usable_device("device", self.device)),
                progress=progress,
            )
        self.ensembles_ = [group.ensemble.double() for group in trained]
        self.epochs_ = np.concatenate([group.epochs.numpy() for group in trained])
        relevance = np.concatenate([group.relevance.numpy() for group in trained])
        self._learn_importances(relevance_of_columns(relevance, self._encoder.groups))

    @torch.no_grad()
    def _outputs(self, X: Any) -> torch.Tensor:
        """What the networks of all seeds put out, ``(S, B, outputs)``, in float64."""
        inputs = self._inputs(X)
        parts = [
            torch.cat([ensemble(part) for ensemble in self.ensembles_])
            for part in inputs.split(ROWS_OF_A_PASS)
        ]
        return torch.cat(parts, dim=1)
