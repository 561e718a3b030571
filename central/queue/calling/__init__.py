"""What a window does with a number, each act one transaction."""
