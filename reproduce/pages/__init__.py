"""Pages to read: the report, the notebooks, and what they show beside the figures."""
