"""What was done with numbers in this hall, on its way to the centre."""
