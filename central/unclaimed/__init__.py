"""说不清归谁: matters nobody owns yet, their coordinator with one day, and the ladder to the district's government."""
