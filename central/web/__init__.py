"""What every page shares: layout, words, static files, live updates."""
