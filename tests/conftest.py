"""Imports the package before any test imports torchvision (see torchvision_operators)."""

import spectral  # noqa: F401
