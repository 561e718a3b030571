"""Measured availability: how long each terminal and each item at it was open, closed or not heard."""
