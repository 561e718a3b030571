"""What was signed on a screen before a department acted."""
