"""The card reader at a window: its program is paired with the window, and what it finds lies there for a moment."""
