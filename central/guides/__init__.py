"""Guides (领办员): who may help at a terminal, and which tickets want somebody to come along."""
