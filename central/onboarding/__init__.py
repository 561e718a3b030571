"""A terminal that is to come: asked for, agreed by another person, code, enrolled, heard, in service."""
