"""Arrays in the safetensors format, and in the same file what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

ABOUT = "about"
"""The one key of the metadata: safetensors shuffles several, and files would differ."""


def pack(arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> bytes:
    """The content of a file that holds arrays, and JSON about them.

    Examples
    --------
    >>> unpack(pack({"zero": np.zeros(1)}, {"seed": 7}))
    ({'zero': array([0.])}, {'seed': 7})
    """
    return save(dict(arrays), metadata={ABOUT: json.dumps(about)})


def unpack(content: bytes) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays of a file, and what it says about them.

    Raises ``ValueError`` if the content is nothing that :func:`pack` made.
    """
    try:
        arrays = load(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        about = json.loads(header["__metadata__"][ABOUT])
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"it is no file of arrays ({error})") from None
    if not isinstance(about, dict):
        raise ValueError("it does not say what it holds")
    return arrays, about
