"""Checkpoints: what was saved comes back exactly, and nothing else is gone on from."""

import random
from pathlib import Path
from typing import Any

import pytest
import torch

from reproduce.training.checkpoint_files import CheckpointFiles, DamagedCheckpointError

TRAINING = {"seeds": [0, 3], "configuration": "0123", "torch": "2"}
CHECKPOINT = {
    "epoch": 3,
    "state_dict": {"weight": torch.arange(6.0).view(2, 3), "count": torch.tensor(7)},
    "optimizer_states": [
        {"state": {0: {"step": torch.tensor(1.0)}}, "betas": (0.9, 0.999), "eps": 1e-7}
    ],
    "nothing": [None, True, (), {}, float("inf")],
}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "training.safetensors"
    CheckpointFiles(TRAINING).save_checkpoint(CHECKPOINT, path)
    return path


def same(one: Any, two: Any) -> bool:
    if isinstance(one, torch.Tensor):
        return one.dtype == two.dtype and torch.equal(one, two)
    if isinstance(one, dict):
        return [*one] == [*two] and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list | tuple):
        return type(one) is type(two) and all(map(same, one, two)) and len(one) == len(two)
    return bool(one == two)


def test_a_checkpoint_comes_back_as_it_was(saved: Path) -> None:
    assert same(CheckpointFiles(TRAINING).load_checkpoint(saved), CHECKPOINT)


def test_the_same_checkpoint_is_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    CheckpointFiles(TRAINING).save_checkpoint(CHECKPOINT, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize(
    ("training", "said"),
    [
        (TRAINING | {"seeds": [0, 4]}, r"it is of seeds \[0, 3\], not \[0, 4\]"),
        (TRAINING | {"configuration": "89ab"}, "it is of configuration 0123, not 89ab"),
        (TRAINING | {"torch": "3"}, "it is of torch 2, not 3"),
    ],
)
def test_one_of_other_training_is_set_aside(
    saved: Path, training: dict[str, Any], said: str
) -> None:
    with pytest.warns(UserWarning, match=said):
        assert not CheckpointFiles(training).usable(saved)
    assert [file.name for file in saved.parent.iterdir()] == [f"{saved.name}.damaged"]


def test_no_bit_may_change(saved: Path) -> None:
    content = saved.read_bytes()
    files = CheckpointFiles(TRAINING)
    places = random.Random(0).sample(range(8 * len(content)), 400)
    for bit in {*range(8 * 120), *places}:  # the start, and some of the rest
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        saved.write_bytes(changed)
        with pytest.raises(DamagedCheckpointError):
            files.load_checkpoint(saved)


def test_zeroed_weights_and_incomplete_files_are_refused(saved: Path) -> None:
    content = saved.read_bytes()
    weights = CHECKPOINT["state_dict"]["weight"].numpy().tobytes()  # type: ignore[index]
    damaged = [content.replace(weights, bytes(len(weights)))]
    damaged += [content[:length] for length in range(0, len(content), 50)]
    for each in damaged:
        assert each != content
        saved.write_bytes(each)
        with pytest.raises(DamagedCheckpointError):
            CheckpointFiles(TRAINING).load_checkpoint(saved)


def test_a_damaged_one_is_named_and_none_is_no_matter(saved: Path) -> None:
    files = CheckpointFiles(TRAINING)
    assert not files.usable(saved.with_name("none"))
    saved.write_bytes(b"PK\x03\x04 not a checkpoint")
    with pytest.warns(UserWarning, match=r"training.safetensors is not usable .*: set aside as"):
        assert not files.usable(saved)


def test_one_that_may_not_be_read_stays_where_it_is(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(PermissionError, match=saved.name):
        CheckpointFiles(TRAINING).usable(saved)
    assert saved.exists()
