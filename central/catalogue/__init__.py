"""The catalogue: its items edited with the lint beside them, and new versions sent out group by group."""
