"""``report.html`` of a ranking: one page, with its plot inside, that loads nothing."""

from __future__ import annotations

import json

from spectral.appearance import style
from spectral.appearance.pages import embedded, render
from spectral.rank.findings import Findings
from spectral.rank.ranking_plot import MOST_BARS, plot
from spectral.rank.worth import SIGNIFICANCE_OF_LEARNING

MOST_ROWS = 200
"""Inputs that the page lists; the files beside it hold all."""


def page_of(findings: Findings) -> str:
    """The page as HTML."""
    with style.paper_style():
        picture = embedded(plot(findings))
    return render(
        __package__,
        "ranking.html.j2",
        findings=findings,
        picture=picture,
        bars=MOST_BARS,
        lines=findings.ranking[:MOST_ROWS],
        significance=SIGNIFICANCE_OF_LEARNING,
        settings=json.dumps(findings.provenance["settings"], indent=1, ensure_ascii=False),
    )
