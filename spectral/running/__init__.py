"""How work is run: in processes, with progress shown, stored, interrupted, told in a sentence."""
