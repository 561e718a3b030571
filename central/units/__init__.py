"""Units: which answers for what and where, who belongs to it, who leads it."""
