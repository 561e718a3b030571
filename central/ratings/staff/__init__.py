"""Whether whoever rated works here: staff are named by the hash citizens are named by, and by nothing else (HC-05)."""
