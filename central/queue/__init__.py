"""The queue of a hall: numbers enter by themselves, windows call them, every one comes to an end."""
