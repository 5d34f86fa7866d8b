"""Judges the values behind the figures: claims, reference values, consistency."""
