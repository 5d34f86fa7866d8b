"""The command line with few epochs for figure 2 in the preset quick, to be killed by tests.

python few_epochs.py figure2 [OPTIONS]
"""

import sys

from reproduce.__main__ import run
from reproduce.experiments import CORRELATED_GAUSSIANS, Schedule

FEW_EPOCHS = Schedule(epochs=6, learning_rate=0.01, cooldown=2)

if __name__ == "__main__":
    CORRELATED_GAUSSIANS.presets["quick"] = FEW_EPOCHS
    run("few_epochs.py", sys.argv[1:])
