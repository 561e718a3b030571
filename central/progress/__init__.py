"""How far a case has come, whom it is of (a keyed hash), and what was done with a person's data."""
