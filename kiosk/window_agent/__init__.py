"""The card reader at a staff window: a small program of its own, paired with one window of the hall."""
