"""The paper reproduced: three experiments, seven figures, the claims."""

import spectral  # noqa: F401  (before pytorch_lightning: see spectral/torchvision_operators.py)
