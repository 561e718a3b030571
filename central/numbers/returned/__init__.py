"""Numbers as they come back in cases."""
