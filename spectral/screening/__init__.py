"""Inputs that have fallen silent leave a training, and come back where they could matter."""
