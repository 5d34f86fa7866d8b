"""How reliable the verdicts are: false alarms of the reference, and claims that chance decides.

    python -m benchmarks.verdicts

draws samples of seeds out of the pool that ``benchmarks.pool`` trained and writes what they come
to into ``benchmarks/verdicts.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.pool import POOL, STORED, Pool, read_pool
from benchmarks.this_machine import machine
from reproduce.experiments import SEEDS
from reproduce.figure import read_run
from reproduce.figures import FIGURES
from reproduce.verdicts.claims import CLAIMS, Claim
from reproduce.verdicts.drift import SIGNIFICANCE, TESTS, compare_seeds
from reproduce.verdicts.judging import RELATIONS
from reproduce.verdicts.outcome import Outcome
from reproduce.verdicts.reference import REFERENCE, Contents, read_reference
from spectral.running.files import digest_of_files, write_json

RESULT = Path(__file__).with_name("verdicts.json")
ROOT = Path(__file__).parents[1]
PAPER = ROOT / "figures" / "paper"
SAMPLES = (2, max(claim.seeds for claim in CLAIMS), SEEDS)
"""Sizes of the samples that are held against the reference: the fewest seeds that can be, as many
as all claims need, which the tests train, and the default."""

DRAWS = 1000
"""Samples of each size held against the reference."""

CLAIM_DRAWS = 1000
"""Samples, with replacement, by which each claim is judged."""

HOLDS_IN = 0.999


def false_alarms(pool: Pool, size: int, draws: int, random: np.random.Generator) -> dict[str, Any]:
    """How many samples of the pool the reference refuses, of all parts and of each alone."""
    reference = read_reference(REFERENCE)
    groups = groups_of(pool)
    refused = dict.fromkeys(["all", *np.unique(groups).tolist()], 0)
    drawn = dict.fromkeys(refused, 0)
    p_values = []
    for rows in samples(pool, size, draws, random):
        compared = compare_seeds(pool.contents(rows), reference)
        p_values.append(min(each.p_value for each in compared if each.p_value is not None))
        alarm = any(each.outcome is Outcome.FAILS for each in compared)
        kinds = set(groups[rows].tolist())
        for name in ("all", *(kinds if len(kinds) == 1 else ())):
            drawn[name] += 1
            refused[name] += alarm
    return {
        "seeds": size,
        "drawn": drawn,
        "refused": refused,
        "smallest_p_values": sorted(p_values)[:5],
    }


def groups_of(pool: Pool) -> np.ndarray:
    """The arithmetic of each seed, or that it is one of the reference's."""
    return np.array([name.rpartition(", ")[2] for name in pool.arithmetic.tolist()])


def samples(pool: Pool, size: int, draws: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Rows of so many different seeds: from all groups mixed, and from each group in turn."""
    groups = groups_of(pool)
    parts = [np.flatnonzero(groups == name) for name in np.unique(groups)]
    everywhere = np.arange(len(pool.seeds))
    for draw in range(draws):
        rows = everywhere if draw % 2 else parts[draw // 2 % len(parts)]
        yield random.choice(rows, size, replace=False)


def measures(
    contents_of: Callable[[np.ndarray], Contents], rows: int, size: int, draws: int
) -> dict[Claim, np.ndarray]:
    """Each claim by so many samples with replacement: ``(draws,)``."""
    random = np.random.default_rng([size, draws])
    values: dict[Claim, list[float]] = {claim: [] for claim in CLAIMS}
    for _ in range(draws):
        contents = contents_of(random.integers(rows, size=size))
        for claim in CLAIMS:
            values[claim].append(claim.measure(contents[claim.figure]["values"]))
    return {claim: np.array(measured) for claim, measured in values.items()}


def share_that_holds(claim: Claim, measured: np.ndarray) -> float:
    return float(np.mean([RELATIONS[claim.relation](value, claim.threshold) for value in measured]))


def seeds_needed(by_size: dict[int, dict[Claim, np.ndarray]], claim: Claim) -> int | None:
    """From which number of seeds on a claim holds in 999 of 1000 samples; None if in no size."""
    needed = None
    for size in sorted(by_size, reverse=True):
        if share_that_holds(claim, by_size[size][claim]) < HOLDS_IN:
            break
        needed = size
    return needed


def claims(pool: Pool, sizes: Sequence[int], draws: int) -> list[dict[str, Any]]:
    """What the draws come to for each claim, with quick and with the committed paper seeds."""
    paper = paper_contents()
    quick_by_size = {n: measures(pool.contents, len(pool.seeds), n, draws) for n in sizes}
    paper_by_size = {n: measures(paper, SEEDS, n, draws) for n in sizes}
    described = []
    for claim in CLAIMS:
        quick = quick_by_size[SEEDS][claim]
        worst = quick.max() if claim.relation in ("at most", "below") else quick.min()
        described.append(
            {
                "figure": claim.figure,
                "statement": claim.statement,
                "holds": share_that_holds(claim, quick),
                "median": float(np.median(quick)),
                "worst": float(worst),
                "seeds_needed": seeds_needed(quick_by_size, claim),
                "seeds_needed_paper": seeds_needed(paper_by_size, claim),
            }
        )
    return described


def paper_contents() -> Callable[[np.ndarray], Contents]:
    """Makes the contents of samples of the committed paper seeds."""
    stored = read_run([*FIGURES.values()], PAPER)
    pool = Pool(
        np.arange(SEEDS),
        np.repeat("paper", SEEDS),
        {name: np.array(stored[figure]["values"][key]) for name, (figure, key) in STORED.items()},
    )
    return pool.contents


def digest() -> str:
    """Of what is drawn, and of what it is held against."""
    return digest_of_files(ROOT, [POOL, REFERENCE])


@click.command()
def main() -> None:
    """Draw from the pool and write what the draws come to."""
    pool = read_pool()
    random = np.random.default_rng(0)
    result = {
        "seeds": {
            name: int((pool.arithmetic == name).sum()) for name in np.unique(pool.arithmetic)
        },
        "provenance": {"sha256_of_pool_and_reference": digest(), "drawn_on": machine()},
        "significance": SIGNIFICANCE,
        "tests": TESTS,
        "false_alarms": [false_alarms(pool, size, DRAWS, random) for size in SAMPLES],
        "claims": claims(pool, range(1, SEEDS + 1), CLAIM_DRAWS),
    }
    write_json(RESULT, result)
    click.echo(RESULT)


if __name__ == "__main__":
    main()
