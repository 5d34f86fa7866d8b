"""Renders an executed notebook as one page: pictures inside, no scripts, no network needed."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reproduce.pages.navigation import PageLink
from spectral.appearance.pages import render

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from nbformat import NotebookNode

LIGHT, DARK = "xcode", "github-dark"
"""Pygments' names of the colours of code."""
WIDEST_ON_A_PHONE = 640
"""Wider pictures, in pixels of the page, scroll there."""


def page_of_notebook(notebook: NotebookNode, beside: Sequence[PageLink] = ()) -> str:
    """The page, in the style of all pages; needs the extra ``notebooks``.

    Links to other notebooks go to their pages, which are expected beside this one.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed.
    beside : sequence of PageLink, default=()
        The pages beside this one.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> text = "# Weights\\n\\n*w*<sub>ji</sub>, from [here](0_layer.ipynb)"
    >>> page = page_of_notebook(new_notebook(cells=[new_markdown_cell(text)]))
    >>> "<title>Weights</title>" in page
    True
    >>> '<em>w</em><sub>ji</sub>, from <a href="0_layer.html">' in page
    True
    """
    from bs4 import BeautifulSoup
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter

    exporter = HTMLExporter(
        template_name="basic",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    told = exporter.from_notebook_node(without_overridden_parameters(notebook))[0]
    body = BeautifulSoup(told, "html.parser")
    link_pages(body)
    label_tables(body)
    let_wide_pictures_scroll(body)
    drop_foreign_styles(body)
    heading = body.find("h1")
    return render(
        "reproduce.pages",
        "notebook.html.j2",
        title=heading.get_text() if heading else "Notebook",
        body=str(body),
        beside=beside,
        light=HtmlFormatter(style=LIGHT).get_style_defs(".highlight"),
        dark=HtmlFormatter(style=DARK).get_style_defs(".highlight"),
    )


def without_overridden_parameters(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the parameters it was executed with, and not those it has by itself."""
    tags = [set(cell.metadata.get("tags", ())) for cell in notebook.cells]
    if not any("injected-parameters" in each for each in tags):
        return notebook
    page = copy.copy(notebook)
    page.cells = [
        cell for cell, own in zip(notebook.cells, tags, strict=True) if "parameters" not in own
    ]
    return page


def link_pages(body: BeautifulSoup) -> None:
    """Let links to notebooks beside this one go to their pages."""
    for link in body.find_all("a", href=re.compile(r"^[^:/]+\.ipynb(#|$)")):
        link["href"] = str(link["href"]).replace(".ipynb", ".html", 1)


def label_tables(body: BeautifulSoup) -> None:
    """Make the tables of verdicts such that a narrow screen shows each row as a card.

    Those of pandas scroll in a box of their own, if they have to.
    """
    for table in body.find_all("table"):
        if "dataframe" in table.get_attribute_list("class"):
            table.wrap(body.new_tag("div", attrs={"class": "scrolled", "tabindex": "0"}))
            continue
        table["class"] = "cards"
        headings = [heading.get_text() for heading in table.find_all("th")]
        for row in table.find_all("tr"):
            for heading, cell in zip(headings, row.find_all("td"), strict=False):
                cell["data-label"] = heading


def let_wide_pictures_scroll(body: BeautifulSoup) -> None:
    """Put pictures that a narrow screen cannot show legibly into boxes that scroll."""
    for picture in body.find_all("img", width=True):
        if int(str(picture["width"])) > WIDEST_ON_A_PHONE:
            box = {"class": "wide", "tabindex": "0", "role": "region", "aria-label": "Wide picture"}
            picture.wrap(body.new_tag("div", attrs=box))


def drop_foreign_styles(body: BeautifulSoup) -> None:
    """Without the colours and fonts that pandas and rich bring, which know no dark page."""
    for style in body.find_all("style"):
        style.decompose()
    for element in body.find_all(["pre", "span", "table"], style=True):
        del element["style"]
