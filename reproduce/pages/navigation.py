"""Links from one page to those beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PageLink:
    """A page beside this one."""

    title: str
    address: str


def links_to(files: Iterable[Path]) -> list[PageLink]:
    """Links to the pages of files, a notebook's to what it is executed to; in the
    order of their names.

    Examples
    --------
    >>> links_to([Path("figures/report.html"), Path("notebooks/3_mnist.ipynb")])
    [PageLink(title='3 mnist', address='3_mnist.html'),
     PageLink(title='report', address='report.html')]
    """
    return [
        PageLink(path.stem.replace("_", " "), path.with_suffix(".html").name)
        for path in sorted(files, key=lambda path: path.name)
    ]


def notebooks_in(folder: Path, suffix: str) -> list[Path]:
    """The files of a folder that are notebooks, or their pages: their names begin with a digit."""
    return [*folder.glob(f"[0-9]_*{suffix}")]
