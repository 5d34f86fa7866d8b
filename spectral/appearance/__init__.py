"""How everything looks that the package shows a reader: figures and pages."""
