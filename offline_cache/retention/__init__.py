"""What becomes of records that have arrived: the day is closed, and what is archived goes."""
