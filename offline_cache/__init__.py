"""What the terminal remembers, and how the centre hears of it. Imports only contract (of ours)."""
