"""The course of a complaint: given to a unit, looked into, supervised, answered, called back, struck off."""
