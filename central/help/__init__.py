"""请人帮我: who is on duty, whom it rings for, what is said, and whether it helped."""
