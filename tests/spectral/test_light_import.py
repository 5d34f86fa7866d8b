"""``import spectral`` is cheap: what is heavy comes when a name needs it."""

import subprocess
import sys

import pytest

import spectral


def modules_after(code: str) -> set[str]:
    """The modules that a fresh process has imported after this code."""
    listing = "\nimport sys; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code + listing], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stdout.split())


def test_importing_the_package_imports_no_lightning_and_no_torchvision() -> None:
    code = "import spectral; spectral.SpectralMLP(4, 2); spectral.Ensemble"
    heavy = {"pytorch_lightning", "torchvision", "torchmetrics", "sklearn", "pandas"}
    assert not heavy & modules_after(code)


def test_a_process_that_eliminates_waits_for_no_import_but_torch() -> None:
    """Torch's compiler, which its optimisers import, takes two seconds, and scipy.stats one."""
    code = """
import numpy as np, torch
from spectral.samples import Samples
from spectral.selection.column_training import EliminationSettings
from spectral.selection.elimination import eliminate
settings = EliminationSettings((5,), 0.1, 0.1, 0.03, 2, 20, 0.2, 3)
eliminate(Samples(torch.rand(50, 4), torch.arange(50) % 2), np.arange(4), 2, 0, True, settings)
"""
    assert not {"torch._dynamo", "scipy", "sklearn", "pandas"} & modules_after(code)


def test_a_table_is_looked_at_before_torch_and_matplotlib_are_imported() -> None:
    """So that a mistyped name is told of at once."""
    assert not {"torch", "matplotlib"} & modules_after("import spectral.rank.command")


def test_every_public_name_is_there() -> None:
    assert set(spectral.__all__) <= set(dir(spectral))
    for name in spectral.__all__:
        assert getattr(spectral, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'SpectralNothing'"):
        _ = spectral.SpectralNothing
