"""取件: what lies ready, in which door, and who took what when."""
