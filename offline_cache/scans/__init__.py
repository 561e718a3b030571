"""Sealed scans: files by their hash, and their way to the centre."""
