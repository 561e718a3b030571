"""即办件: how long what is done on the spot takes, and how much of it is finished before its citizen leaves."""
