"""What ``--output`` leaves in a folder: the ranking as CSV, JSON, plot and page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from spectral.appearance import style
from spectral.rank.findings import Findings
from spectral.rank.ranking_page import page_of
from spectral.rank.ranking_plot import plot
from spectral.running.files import replacing, write_json

STEM = "ranking"
COLUMNS_OF_CSV = ["input", "relevance", "spread", "selection_frequency", "redundancy", "selected"]


def write_findings(findings: Findings, folder: Path) -> list[Path]:
    """Write ``ranking.csv``, ``.json``, ``.png``, ``.pdf`` and ``report.html``.

    Parameters
    ----------
    findings : Findings
        What was found.
    folder : Path
        It is made where it does not exist.
    """
    paths = [folder / f"{STEM}.{suffix}" for suffix in ("csv", "json", *style.FORMATS)]
    page = folder / "report.html"
    lines = pd.DataFrame(findings.ranking)[COLUMNS_OF_CSV]
    with replacing(paths[0]) as temporary:
        lines.to_csv(temporary, index=False)
    write_json(paths[1], findings.as_json())
    with style.paper_style():
        style.save(plot(findings), folder / STEM)
    with replacing(page) as temporary:
        temporary.write_text(page_of(findings), encoding="utf-8")
    return [*paths, page]
