"""Lightning's own multi-device strategy: two processes, the gradients of one."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import torch

SCRIPT = Path(__file__).with_name("ddp_training.py")


def trained(processes: int, path: Path) -> dict[str, Any]:
    subprocess.run([sys.executable, SCRIPT, str(processes), str(path)], check=True, timeout=120)
    return torch.load(path, weights_only=True)


def test_two_processes_have_the_gradients_of_one(tmp_path: Path) -> None:
    one, two = (trained(processes, tmp_path / f"{processes}.pt") for processes in (1, 2))
    assert len(one["gradients"]) == len(two["gradients"]) == 5
    for alone, together in zip(one["gradients"], two["gradients"], strict=True):
        assert alone.keys() == together.keys()
        for name, gradient in alone.items():
            difference = (gradient - together[name]).abs().max()
            assert difference <= 1e-3 * gradient.abs().max(), name
    assert one["metrics"].keys() == two["metrics"].keys()
    for name in ("train/loss", "train/accuracy", "validation/loss", "validation/accuracy"):
        assert torch.allclose(one["metrics"][name], two["metrics"][name], rtol=1e-3), name
