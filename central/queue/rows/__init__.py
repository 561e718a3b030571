"""The rows of numbers, and the trail of what was done with them."""
