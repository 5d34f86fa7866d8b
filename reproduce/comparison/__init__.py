"""How good the ranking is beside what a person would use instead: stored results, drawn."""
