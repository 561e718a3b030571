"""The other end of every line: simulated devices, their lines and what can go wrong on them."""
