"""The papers of a case as pictures: each look is logged first, each check against the original raises it to level B."""
