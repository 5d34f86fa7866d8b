"""What decides a stored result: where it changes, the result is measured anew."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.selection.compared_methods import Method
from spectral.running.files import digest_of_files
from spectral.running.stored_arrays import SPECTRAL

HERE = Path(__file__).parent
ROOT = SPECTRAL.parent
OWN_RANKINGS = HERE / "methods" / "spectral_rankings.py"
PACKAGES = ("numpy", "scikit-learn", "torch")


def code_of(method: Method, shared: Sequence[str]) -> str:
    """Eight characters that stand for the code and the packages behind a method's results.

    Parameters
    ----------
    method : Method
        Its module counts, and if it is this package's, the package.
    shared : sequence of str
        The files of this folder that decide the results of all methods.
    """
    function = getattr(method.scores, "func", method.scores)
    module = Path(inspect.getfile(function)).resolve()
    files = [module, *(HERE / name for name in shared)]
    if module == OWN_RANKINGS:
        files += SPECTRAL.glob("*.py")
        for room in ("tables", "screening", "selection", "estimators"):
            files += (SPECTRAL / room).glob("*.py")
    options = getattr(method.scores, "keywords", {})
    described = (digest_of_files(ROOT, files), str(versions([method])), repr(options))
    return hashlib.sha256("\n".join(described).encode()).hexdigest()[:8]


def versions(methods: Iterable[Method]) -> dict[str, str]:
    """Of the packages that decide the results of some methods."""
    names = {*PACKAGES, *(method.package for method in methods if method.package)}
    return {name: version(name) for name in sorted(names)}
