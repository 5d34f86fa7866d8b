"""Figures are written whole, or the system's own error is told."""

import errno
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from spectral.appearance.style import save


def test_a_full_disk_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While matplotlib writes a PDF itself, it hides the error behind one of its own."""

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    figure, axes = plt.subplots()
    axes.plot([1, 2])
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left on device"):
        save(figure, tmp_path / "figure")
    assert list(tmp_path.iterdir()) == []


def test_the_same_figure_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        save(figure, tmp_path / name)
    for suffix in ("png", "pdf"):
        one, two = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("one", "two"))
        assert one == two
