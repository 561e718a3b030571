"""The centre's keys over their life, its escrow, its backups."""
