"""From many trainings to one ranking of columns, and which of them are selected."""
