"""What citizens filed, what became of the paper, and who looked at it."""
