"""The command ``spectral-rank``: from a table in a file to a ranking of its columns."""
