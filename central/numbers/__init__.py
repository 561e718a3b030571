"""Queue numbers: what the upstream issues, what terminals may issue by themselves, and whether they kept to it."""
