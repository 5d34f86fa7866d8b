"""What is changed about the paper's penalty, and how strong it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Any

from reproduce.ablation.plain_layer import PlainLayerClassifier
from reproduce.experiments import EXPERIMENTS, Experiment
from reproduce.training.runs import Run
from spectral import SpectralClassifier
from spectral.datasets import InMemoryDataModule

PRESET = "quick"
"""Its schedules are what the conditions are trained with."""

STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)
"""Times the paper's penalties; the group lasso's strength grows with them."""

FEW_SEEDS = 3
"""So many are trained with other strengths than the paper's."""

NETWORK = ("in_features", "classes", "hidden", "activation", "dropout")
"""The hyperparameters that make the network of a classifier."""

MakeClassifier = Callable[..., SpectralClassifier]


@dataclass(frozen=True)
class Condition:
    """One way to penalise the first layer.

    Parameters
    ----------
    name : str
        In files.
    title : str
        In tables and figures.
    on_eigenvalues, on_eigenvectors : bool, default=False
        Whether the L2 penalty is on λ, and on ψ.
    plain : bool, default=False
        Whether the layer has weights of their own in place of λ and ψ.
    lasso : bool, default=False
        Whether the columns of a plain layer have a group lasso, as strong as L2 on both.
    proximal : bool, default=False
        Whether that is a proximal step after each of Adam's, and not a term of the loss.
    """

    name: str
    title: str
    on_eigenvalues: bool = False
    on_eigenvectors: bool = False
    plain: bool = False
    lasso: bool = False
    proximal: bool = False

    def classifier(self, usual: SpectralClassifier, strength: float = 1.0) -> MakeClassifier:
        """Makes the network of a classifier, and trains it in this way.

        Parameters
        ----------
        usual : SpectralClassifier
            Trained with L2 on both.
        strength : float, default=1.0
            By how much to multiply its penalties.
        """
        on_eigenvalues = strength * usual.eigenvalue_penalty
        on_eigenvectors = strength * usual.eigenvector_penalty
        network: dict[str, Any] = {name: usual.hparams[name] for name in NETWORK}
        if self.plain:
            lasso = 2 * math.sqrt(on_eigenvalues * on_eigenvectors) if self.lasso else 0.0
            return partial(PlainLayerClassifier, **network, strength=lasso, proximal=self.proximal)
        return partial(
            SpectralClassifier,
            **network,
            eigenvalue_penalty=on_eigenvalues if self.on_eigenvalues else 0.0,
            eigenvector_penalty=on_eigenvectors if self.on_eigenvectors else 0.0,
        )


BOTH = Condition("both", "L2 on λ and ψ", on_eigenvalues=True, on_eigenvectors=True)
EIGENVALUES = Condition("eigenvalues", "L2 on λ only", on_eigenvalues=True)
EIGENVECTORS = Condition("eigenvectors", "L2 on ψ only", on_eigenvectors=True)
NEITHER = Condition("neither", "λ and ψ, no penalty")
GROUP_LASSO = Condition("lasso", "plain layer, group lasso", plain=True, lasso=True)
PROXIMAL = Condition(
    "proximal", "plain layer, proximal steps", plain=True, lasso=True, proximal=True
)
PLAIN = Condition("plain", "plain layer, no penalty", plain=True)

CONDITIONS = (BOTH, EIGENVALUES, EIGENVECTORS, NEITHER, GROUP_LASSO, PROXIMAL, PLAIN)
SCALED = (BOTH, GROUP_LASSO, PROXIMAL)
"""Those that are tried with all strengths."""


@dataclass(frozen=True, eq=False)
class ConditionExperiment(Experiment):
    """A data set of the paper with a network that is penalised otherwise.

    Those with the same seeds share the samples of a data set in memory.
    """

    def make_data(self, seeds: Sequence[int]) -> Any:
        return _shared_data(self.data, tuple(seeds), self.leave_out_constant)


@dataclass(frozen=True, eq=False)
class Trial:
    """One condition on one data set, with its trained seeds."""

    paper: Experiment
    condition: Condition
    strength: float
    run: Run


def trials(
    seeds: Sequence[int],
    folder: Any,
    papers: Sequence[Experiment] = EXPERIMENTS,
) -> list[Trial]:
    """Every condition with the paper's strength, and the other strengths with the first seeds.

    Parameters
    ----------
    seeds : sequence of int
        All of them.
    folder : Path
        Where runs are stored.
    papers : sequence of Experiment, default=EXPERIMENTS
        The data sets.
    """
    wanted = [(condition, 1.0) for condition in CONDITIONS]
    wanted += [(condition, each) for condition in SCALED for each in STRENGTHS if each != 1]
    return [
        Trial(
            paper,
            condition,
            strength,
            Run(
                experiment_of(paper, condition, strength),
                PRESET,
                tuple(seeds if strength == 1 else seeds[:FEW_SEEDS]),
                folder,
            ),
        )
        for paper in papers
        for condition, strength in wanted
    ]


def experiment_of(paper: Experiment, condition: Condition, strength: float = 1.0) -> Experiment:
    """The data set with its network penalised in one way; the paper's own is the paper's.

    Examples
    --------
    >>> from reproduce.experiments import INDEPENDENT_GAUSSIANS
    >>> experiment_of(INDEPENDENT_GAUSSIANS, BOTH) is INDEPENDENT_GAUSSIANS
    True
    >>> experiment_of(INDEPENDENT_GAUSSIANS, GROUP_LASSO, 0.01).name
    'independent-gaussians-lasso-1e-02'
    """
    if condition is BOTH and strength == 1:
        return paper
    usual = paper.make_classifier(paper.presets[PRESET], seeds=[0])
    name = f"{paper.name}-{condition.name}" + (f"-{strength:.0e}" if strength != 1 else "")
    unchanged = {each.name: getattr(paper, each.name) for each in fields(paper)}
    changed = {"name": name.replace("+", ""), "classifier": condition.classifier(usual, strength)}
    return ConditionExperiment(**(unchanged | changed))


@cache
def _shared_data(
    data: type[InMemoryDataModule], seeds: tuple[int, ...], leave_out_constant: bool
) -> InMemoryDataModule:
    module = data(seeds=seeds, leave_out_constant=leave_out_constant)
    module.setup()
    return module
