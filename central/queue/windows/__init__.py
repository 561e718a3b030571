"""Windows, what they can serve, who sits there, and who stands in."""
