"""Processes that train one network together have the gradients of one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ddp_training
import pytest
import torch
from torch import Tensor, distributed, nn
from torch.autograd import gradcheck, gradgradcheck

from spectral.batch_norm import BatchNorm
from spectral.distributed import over_processes, train_together


def trained_alone(path: Path) -> dict[str, Any]:
    ddp_training.main(1, path)
    return torch.load(path, weights_only=True)


def trained_by_two(path: Path) -> dict[str, Any]:
    """In processes of their own: Lightning starts the second as it finds the first."""
    subprocess.run([sys.executable, ddp_training.__file__, "2", path], check=True)
    return torch.load(path, weights_only=True)


@pytest.mark.timeout(900)  # beside other work each start takes a while
def test_two_processes_have_the_gradients_of_one(tmp_path: Path) -> None:
    one, two = trained_alone(tmp_path / "one.pt"), trained_by_two(tmp_path / "two.pt")
    assert len(one["gradients"]) == len(two["gradients"]) == 5
    for alone, together in zip(one["gradients"], two["gradients"], strict=True):
        assert alone.keys() == together.keys()
        for name, gradient in alone.items():
            difference = (gradient - together[name]).abs().max()
            assert difference <= 1e-3 * gradient.abs().max(), name  # training amplifies rounding
    assert one["metrics"].keys() == two["metrics"].keys()
    for name in ("train/loss", "train/accuracy", "validation/loss", "validation/accuracy"):
        assert torch.allclose(one["metrics"][name], two["metrics"][name], rtol=1e-3), name


@pytest.fixture
def group(tmp_path: Path) -> Iterator[None]:
    """A group of one process, which takes the way of many."""
    distributed.init_process_group(
        "gloo", init_method=f"file://{tmp_path / 'group'}", rank=0, world_size=1
    )
    yield
    distributed.destroy_process_group()


@pytest.mark.usefixtures("group")
def test_batch_norm_of_a_group_equals_torchs_with_all_its_gradients() -> None:
    assert train_together()
    ours, theirs = BatchNorm(3).double(), nn.BatchNorm1d(3, eps=1e-3, momentum=0.01).double()
    inputs = torch.randn(6, 3, dtype=torch.float64, requires_grad=True)
    weight = torch.rand_like(inputs)
    outputs, gradients = [], []
    for module in (ours, theirs):
        outputs.append(module(inputs))
        gradients.append(torch.autograd.grad((outputs[-1] * weight).sum(), inputs)[0])
    assert torch.allclose(outputs[0], outputs[1])
    assert torch.allclose(gradients[0], gradients[1])
    for name in ("running_mean", "running_var"):
        assert torch.allclose(ours.get_buffer(name), theirs.get_buffer(name))

    def normalised(inputs: Tensor) -> Tensor:
        return ours(inputs)

    assert gradcheck(normalised, (inputs,))
    assert gradgradcheck(normalised, (inputs,))


@pytest.mark.usefixtures("group")
def test_gradients_pass_through_the_sum() -> None:
    inputs = torch.randn(4, dtype=torch.float64, requires_grad=True)
    assert gradcheck(over_processes, (inputs,))
    assert gradgradcheck(over_processes, (inputs,))
