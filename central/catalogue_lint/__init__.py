"""What is wrong with a service item before it goes out: fields nobody may leave empty, codes, promised limits."""
