"""A hall node and its centre: what goes up, what comes down, and what is known of the way between."""
