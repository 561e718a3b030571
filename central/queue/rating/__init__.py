"""What a citizen says of the service at a window, on its tablet or their own phone; nobody suggests a level."""
