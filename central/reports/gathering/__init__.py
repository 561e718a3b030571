"""What reports are computed from, read out of the tables of every part."""
