"""The forecast of a wait from what windows really need, and how far each one was from the truth."""
