"""How numbers enter the queue, and how its day ends."""
