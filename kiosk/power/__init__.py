"""What the terminal does when the mains fail."""
