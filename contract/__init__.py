"""Everything the terminal and the centre agree on. Pure: imports nothing of ours, no clock, no chance, no wire."""
