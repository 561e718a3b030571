"""Sealed scans: their bytes arrive in pieces, lie in a folder by their hash, and make a case complete."""
