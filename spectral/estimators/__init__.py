"""scikit-learn's ways in: what predicts, and what selects."""
