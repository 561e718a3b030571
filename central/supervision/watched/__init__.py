"""What is watched: facts out of the tables, and which rule each breaks."""
