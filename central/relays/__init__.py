"""The halls that have a node of their own: which terminals are behind which, and what comes up through it."""
