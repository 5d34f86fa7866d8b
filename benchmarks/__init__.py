"""Speed and memory, measured: ``make bench``."""

import spectral.torchvision_operators  # noqa: F401  (before pytorch_lightning: see spectral/torchvision_operators.py)
