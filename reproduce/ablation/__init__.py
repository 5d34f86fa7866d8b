"""What does the work: the paper's networks with their penalty changed, a part at a time."""
