"""Pages that one file holds: pictures inside, no network needed."""

from __future__ import annotations

import base64
import re
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from spectral.appearance import style


def render(package: str, template: str, **content: Any) -> str:
    """A page from a template, which may extend ``page.html.j2``.

    Parameters
    ----------
    package : str
        The package in which the template lies.
    template : str
        Its file.
    **content : object
        What it shows; text is escaped.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, ""), PackageLoader(__package__, "")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(content)


def unbroken(page: str) -> str:
    """The page with no line that ends between a number and its percent sign.

    Examples
    --------
    >>> unbroken("30 % of 4").encode()
    b'30\\xc2\\xa0% of 4'
    """
    return re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", page)


def embedded(figure: Figure) -> str:
    """A figure as the address of a picture inside a page; it is closed."""
    return f"data:image/png;base64,{base64.b64encode(style.picture(figure)).decode()}"
