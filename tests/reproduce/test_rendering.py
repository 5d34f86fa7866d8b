"""A notebook's page keeps what the notebook says, and loads nothing."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from reproduce.pages.execution import without_traces
from reproduce.pages.navigation import links_to
from reproduce.pages.rendering import page_of_notebook

TEXT = """# One layer & more

> **w<sub>ji</sub> = (λ<sub>i</sub> − λ<sub>j</sub>) ψ<sub>ji</sub>**

See [the next](1_next.ipynb), [a part](1_next.ipynb#part) and [elsewhere](https://x.org/a.ipynb).
"""
VERDICTS = "| measured as | verdict |\n|---|---|\n| a correlation | ✓ holds |\n"
FRAME = "<style scoped>td {color: red}</style><table class='dataframe'><tr><td>1</td></tr></table>"


def shown(**data: str) -> dict:
    """An output of a cell, by MIME types with underscores."""
    return new_output("display_data", {kind.replace("_", "/"): each for kind, each in data.items()})


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    picture = shown(image_png="iVBORw0KGgo=")
    picture["metadata"] = {"image/png": {"alt": "Two curves & a band", "width": 420}}
    outputs = [picture, shown(text_markdown=VERDICTS), shown(text_html=FRAME)]
    cells = [
        new_markdown_cell(TEXT),
        new_code_cell("show(run)", outputs=outputs, execution_count=1),
    ]
    return BeautifulSoup(page_of_notebook(new_notebook(cells=cells)), "html.parser")


def test_formulas_stay(page: BeautifulSoup) -> None:
    formula = page.find("blockquote")
    assert formula is not None
    assert [each.get_text() for each in formula.find_all("sub")] == ["ji", "i", "j", "ji"]
    assert " ".join(formula.get_text().split()) == "wji = (λi − λj) ψji"


def test_pictures_keep_what_they_show_in_words(page: BeautifulSoup) -> None:
    (image,) = page.find_all("img")
    assert image["alt"] == "Two curves & a band"
    assert str(image["src"]).startswith("data:image/png;base64,")


def test_links_go_to_pages(page: BeautifulSoup) -> None:
    links = [link["href"] for link in page.find_all("a")]
    assert links == ["1_next.html", "1_next.html#part", "https://x.org/a.ipynb"]


def test_tables_fit_a_narrow_screen(page: BeautifulSoup) -> None:
    cards, frame = page.find_all("table")
    assert "cards" in cards["class"]
    assert [cell["data-label"] for cell in cards.find_all("td")] == ["measured as", "verdict"]
    assert frame.parent is not None
    assert "scrolled" in frame.parent["class"]


def test_wide_pictures_scroll_on_a_narrow_screen() -> None:
    pictures = [shown(image_png="iVBORw0KGgo="), shown(image_png="iVBORw0KGgo=")]
    for picture, width in zip(pictures, (420, 840), strict=True):
        picture["metadata"] = {"image/png": {"width": width}}
    cell = new_code_cell("show(run)", outputs=pictures, execution_count=1)
    made = BeautifulSoup(page_of_notebook(new_notebook(cells=[cell])), "html.parser")
    boxes = [image.parent for image in made.find_all("img")]
    assert ["wide" in box.get_attribute_list("class") for box in boxes if box] == [False, True]


def test_parameters_that_were_overridden_are_left_out() -> None:
    own = new_code_cell("preset = 'quick'", metadata={"tags": ["parameters"]})
    given = new_code_cell("preset = 'paper'", metadata={"tags": ["injected-parameters"]})
    for cells, told in (([own], "quick"), ([own, given], "paper")):
        code = BeautifulSoup(page_of_notebook(new_notebook(cells=cells)), "html.parser").find("pre")
        assert code is not None
        assert code.get_text().strip() == f"preset = '{told}'"


def test_pages_beside_are_linked_to() -> None:
    beside = links_to([Path("figures/report.html"), Path("notebooks/3_mnist.ipynb")])
    made = BeautifulSoup(page_of_notebook(new_notebook(), beside), "html.parser")
    links = {link.get_text(): link["href"] for link in made.find_all("a")}
    assert [*links.items()] == [("3 mnist", "3_mnist.html"), ("report", "report.html")]


def test_the_page_is_whole_and_loads_nothing(page: BeautifulSoup) -> None:
    assert page.title is not None
    assert page.title.get_text() == "One layer & more"
    assert not page.find_all(["script", "link", "iframe"])
    assert [style.parent.name for style in page.find_all("style") if style.parent] == ["head"]
    assert "show" in page.get_text()


def test_what_is_written_says_nothing_of_when_and_where() -> None:
    cell = new_code_cell("1", metadata={"papermill": {"duration": 1}, "tags": ["parameters"]})
    notebook = new_notebook(cells=[cell], metadata={"papermill": {"input_path": "/home/a"}})
    cleaned = without_traces(notebook)
    assert cleaned.metadata == {}
    assert cleaned.cells[0].metadata == {"tags": ["parameters"]}
