"""Makes ``import torchvision`` work beside a torch build that it was not compiled for.

The usual torchvision wheel is compiled for CUDA. Next to a CPU-only torch its operators do not
load, and ``import torchvision`` ends in ``RuntimeError: operator torchvision::nms does not
exist``; torchmetrics imports torchvision, so ``import pytorch_lightning`` dies with it
(pytorch/vision issues 9077 and 9085). Declaring the missing operators cures both: nothing in
this package calls them. Import this module before pytorch_lightning. Where torchvision imports
by itself, nothing is changed.
"""

from __future__ import annotations

import importlib
import sys

import torch

MISSING_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

declared: list[torch.library.Library] = []
"""Keeps the declarations alive: they vanish with the ``Library`` object. Empty if not needed."""


def import_torchvision() -> None:
    """Import torchvision, declaring its operators first if they turn out to be missing."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "operator torchvision::nms does not exist" not in str(error):
            raise
        library = torch.library.Library("torchvision", "DEF")
        for schema in MISSING_OPERATORS:
            library.define(schema)
        declared.append(library)
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        importlib.import_module("torchvision")


import_torchvision()
