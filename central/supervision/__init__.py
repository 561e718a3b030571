"""电子监察: rules that watch what happens, cards they raise, and what becomes of a card until it is cleared."""
