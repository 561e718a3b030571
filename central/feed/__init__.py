"""What goes down to the terminals: catalogue, notices, switches, settings, commands and what other domains publish."""
