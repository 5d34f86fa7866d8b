"""Executes the notebooks with papermill and writes each with its page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reproduce.pages.navigation import links_to, notebooks_in
from spectral.running.files import replacing

if TYPE_CHECKING:
    from nbformat import NotebookNode


class NotebookError(Exception):
    """A notebook could not be executed; the message says which, and why in one sentence."""


def execute(notebook: Path, folder: Path, parameters: Mapping[str, Any]) -> Path:
    """Execute a notebook with parameters and write it, as .ipynb and .html, into ``folder``.

    Parameters that the notebook does not take are left out. It runs in its own folder, as in
    JupyterLab, and shows its progress cell by cell.

    Raises
    ------
    NotebookError
        If papermill is not installed, the file is no notebook or would be replaced by its
        result, there is no kernel or it dies, or a cell fails. What was executed is in ``folder``.
    """
    try:
        import nbformat
        import papermill
        from jupyter_client.kernelspec import NoSuchKernel

        from reproduce.pages.rendering import page_of_notebook
    except ImportError as error:
        raise NotebookError(
            f"{error.name} is not installed: pip install 'spectral-relevance[notebooks]'"
        ) from None
    result = folder / notebook.name
    if result.resolve() == notebook.resolve():
        raise NotebookError(f"the result would replace {notebook}: choose another folder for it")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        nbformat.validate(nbformat.read(notebook, as_version=4))
        taken = papermill.inspect_notebook(str(notebook))
    except Exception as error:  # the readers raise whatever they meet in a broken file
        reason = str(error).splitlines()[0]
        raise NotebookError(f"{notebook} cannot be read as a notebook: {reason}") from None
    try:
        papermill.execute_notebook(
            str(notebook),
            str(result),
            {name: value for name, value in parameters.items() if name in taken},
            cwd=str(notebook.parent),
            autosave_cell_every=0,
        )
    except NoSuchKernel as error:
        raise NotebookError(
            f"{notebook.name} needs the Jupyter kernel {error.name!r}, which is not installed: "
            "python -m ipykernel install --sys-prefix"
        ) from None
    except papermill.PapermillExecutionError as error:
        raise NotebookError(
            f"cell {error.cell_index} of {notebook.name} failed with {error.ename}: "
            f"{error.evalue} (all of it in {result})"
        ) from None
    except RuntimeError as error:  # of which "Kernel died" is one
        raise NotebookError(
            f"the kernel of {notebook.name} ended before the notebook did, perhaps for lack of "
            f"memory: {error} (what it did is in {result})"
        ) from None
    except OSError as error:  # that of a full disk names no file
        raise OSError(error.errno, error.strerror, error.filename or str(folder)) from None
    executed = without_traces(nbformat.read(result, as_version=4))
    page = result.with_suffix(".html")
    beside = links_to([*notebooks_in(notebook.parent, ".ipynb"), *folder.glob("report.html")])
    text_of_page = page_of_notebook(executed, beside)
    for path, text in ((result, nbformat.writes(executed)), (page, text_of_page)):
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return page


def without_traces(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what tells when and in which folders it was executed."""
    for part in (notebook, *notebook.cells):
        for key in ("papermill", "execution"):
            part.metadata.pop(key, None)
    return notebook
