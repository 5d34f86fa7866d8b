"""torchvision imports through the package, with a matching build or without.

That Lightning does, in a fresh process, tests/test_readme.py tries with the examples in docs/.
"""

import subprocess
import sys

import torch

from spectral import torchvision_operators


def test_operators_are_declared_only_where_they_are_missing() -> None:
    code = "import torchvision"
    works = subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
    assert bool(torchvision_operators.declared) == (not works)
    assert hasattr(torch.ops.torchvision, "nms")


def test_other_errors_are_not_hidden() -> None:
    code = (
        "import sys, types, importlib.abc\n"
        "class Broken(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'torchvision': raise RuntimeError('broken in another way')\n"
        "sys.meta_path.insert(0, Broken())\n"
        "import spectral.training\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode != 0
    assert "broken in another way" in ended.stderr.splitlines()[-1]
