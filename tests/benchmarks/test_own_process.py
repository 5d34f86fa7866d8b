"""A function in a process of its own: what it gives, takes, and how it fails."""

import os

import numpy as np
import pytest

from benchmarks.selection.own_process import FunctionFailedError, measured


def test_time_and_memory_are_those_of_the_function() -> None:
    found = measured(np.ones, 20_000_000)
    assert found.result.shape == (20_000_000,)
    assert found.seconds > 0
    if found.memory is not None:
        assert 140 < found.memory < 220  # 153 MiB of numbers


def test_what_is_printed_is_no_answer() -> None:
    assert measured(print, "a word").result is None


def test_an_error_is_told() -> None:
    with pytest.raises(FunctionFailedError, match="LinAlgError: Singular matrix"):
        measured(np.linalg.inv, np.zeros((2, 2)))


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(FunctionFailedError, match="its process ended with 3"):
        measured(os._exit, 3)
