"""What a hall did with its numbers, as the centre shows it."""
