"""How well columns are ranked and selected, on sets whose truth is known."""
