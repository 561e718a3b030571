"""What other tables tell of cases and no act entered in the trace by itself: gathered, each once."""
