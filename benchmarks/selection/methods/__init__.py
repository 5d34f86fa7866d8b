"""Rankings of columns, a family a file."""
