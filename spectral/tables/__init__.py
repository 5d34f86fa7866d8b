"""Tables: read from files, their columns named and encoded as numbers."""
