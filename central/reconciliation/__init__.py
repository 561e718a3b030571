"""Accounts for every record a terminal ever put out against what the centre holds, and says what may be purged."""
