"""What comes down: read by cursor, checked, kept."""
