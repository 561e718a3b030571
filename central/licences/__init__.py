"""证照联办: one application gives a set of licences, each with its own serial and place to fetch it (BJ-32)."""
