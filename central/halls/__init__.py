"""The plan of the hall for phones: the way a terminal has shown."""
