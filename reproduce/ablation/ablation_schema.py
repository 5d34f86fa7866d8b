"""What the JSON of the ablation has to hold: of the penalties, and of the benchmark's sets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from reproduce.ablation.answers import WITH_ALL_PARTS
from reproduce.ablation.conditions import BOTH, CONDITIONS
from reproduce.schema import (
    Checksum,
    Configuration,
    Count,
    Lenient,
    Seconds,
    Seeds,
    Shape,
    ShapedValues,
    Share,
    Size,
    Strict,
    Word,
)

Correlation = Annotated[float, Field(ge=-1, le=1)]
OfSeeds = Annotated[list[Share], Shape("seeds")]
OfSeedsPerhaps = Annotated[list[Share | None], Shape("seeds")]
CorrelationsPerhaps = Annotated[list[Correlation | None], Shape("seeds")]


class TrialRow(ShapedValues):
    """One condition on one data set of the paper, as ``measured`` of separation.py tells it.

    ``expendable`` counts the inputs that do not decide, or all that vary where it is not known what
    decides (``deciding`` is None). ``silent`` is the share of these, and ``loudest`` the largest of
    them over the largest of all. ``rank_correlation`` is that with the true relevance among those
    that decide. ``first`` is how many inputs ``accuracy_of_first`` and ``shared`` are of, and
    ``slack`` the penalty over the group lasso of the same weights.
    """

    data_set: Word
    condition: Word
    strength: Size
    seeds: Seeds
    deciding: Count | None
    expendable: Count
    first: Count
    silent: OfSeeds
    epochs_to_silence: Annotated[list[Count | None], Shape("seeds")]
    loudest: OfSeedsPerhaps
    average_precision: OfSeedsPerhaps
    average_precision_of_eigenvalues: OfSeedsPerhaps
    rank_correlation: CorrelationsPerhaps
    rank_correlation_of_eigenvalues: CorrelationsPerhaps
    accuracy: OfSeeds
    accuracy_of_first: OfSeeds
    accuracy_of_first_of_eigenvalues: OfSeedsPerhaps
    agreement: Correlation | None
    shared: Share | None
    slack: Annotated[list[Size | None], Shape("seeds")]


Tried = dict[str, list[Any]]
"""What was tried on each set."""


def by_set(found: Iterable[tuple[str, Any]]) -> Tried:
    """What comes with each name."""
    tried: Tried = {}
    for name, what in found:
        tried.setdefault(name, []).append(what)
    return tried


def check_the_same(kind: str, tried: Tried) -> None:
    """Raise ``ValueError`` unless the same was tried on each, and nothing twice."""
    first, *others = tried
    for name in (first, *others):
        if len({*tried[name]}) < len(tried[name]):
            raise ValueError(f"{kind} {name!r} has a row twice")
        if {*tried[name]} != {*tried[first]}:
            raise ValueError(f"{kind} {name!r} has not the rows that {first!r} has")


def check_conditions(tried: Tried) -> None:
    """Raise ``ValueError`` if a condition is unknown, or the usual one is not among them."""
    for condition, _ in chain(*tried.values()):
        if condition not in (known := [each.name for each in CONDITIONS]):
            raise ValueError(f"the condition {condition!r} is none of {', '.join(known)}")
    if any((BOTH.name, 1) not in each for each in tried.values()):
        raise ValueError(f"no row of {BOTH.name!r} has strength 1")


class PenaltiesValues(Strict):
    rows: Annotated[list[TrialRow], Field(min_length=1)]

    @model_validator(mode="after")
    def _fit_their_seeds(self) -> Self:
        for row in self.rows:
            row.check_shapes(seeds=len(row.seeds))
        return self

    @model_validator(mode="after")
    def _tell_the_same_of_each(self) -> Self:
        tried = by_set((row.data_set, (row.condition, row.strength)) for row in self.rows)
        check_the_same("data set", tried)
        check_conditions(tried)
        return self


class RunProvenance(Strict):
    """How the seeds of one row were trained."""

    configuration: Configuration
    trained: Annotated[list[str], Field(min_length=2, max_length=2)]
    seconds: Seconds
    groups: Count
    devices: list[str]
    versions: list[dict[str, str]]
    code_sha256: list[Checksum]
    data_sha256: list[Checksum]


class PenaltiesProvenance(Strict):
    runs: list[RunProvenance]


class PenaltiesFile(Strict):
    """``penalties.json``: the conditions on the paper's data sets."""

    figure: Literal["penalties"]
    preset: Word
    most_epochs: Count | None = None
    seeds: Seeds
    values: PenaltiesValues
    provenance: PenaltiesProvenance


class NetworkRow(Strict):
    """One condition on one set of the benchmark: means over draws of the set and seeds.

    ``best_k`` is the share of the true inputs among as many that rank first.
    """

    condition: Word
    strength: Size
    set: str
    inputs: Count
    draws: Count
    best_k: Share
    best_k_of_eigenvalues: Share | None
    average_precision: Share
    average_precision_of_eigenvalues: Share | None
    silent: Share
    accuracy: Share
    agreement: Correlation


class SelectorRow(Strict):
    """The selector, whole or with a part left out, on one set of the benchmark.

    ``found`` is the share of the true inputs that is selected, ``wrong`` the number of others.
    Where nothing decides, ``best_k`` and ``found`` are None.
    """

    left_out: str
    set: str
    inputs: Count
    draws: Count
    best_k: Share | None
    found: Share | None
    wrong: Size
    seconds: Seconds


class BenchmarkValues(Strict):
    networks: Annotated[list[NetworkRow], Field(min_length=1)]
    selectors: Annotated[list[SelectorRow], Field(min_length=1)]

    @model_validator(mode="after")
    def _tell_the_same_of_each(self) -> Self:
        tried = by_set(
            (f"{row.set} of {row.inputs} inputs", (row.condition, row.strength))
            for row in self.networks
        )
        check_the_same("set of networks", tried)
        check_conditions(tried)
        left_out = by_set(
            (f"{row.set} of {row.inputs} inputs", row.left_out) for row in self.selectors
        )
        check_the_same("set of selectors", left_out)
        anywhere = {*chain(*left_out.values())}
        if WITH_ALL_PARTS not in anywhere or len(anywhere) < 2:
            raise ValueError("selectors needs the whole selector, and one without a part")
        if all(row.best_k is None for row in self.selectors):
            raise ValueError("selectors needs a set where columns decide")
        return self


class BenchmarkFile(Strict):
    """``benchmark.json``: conditions and the selector's parts on the public benchmark."""

    figure: Literal["benchmark"]
    values: BenchmarkValues
    provenance: Lenient
