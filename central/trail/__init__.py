"""What was done with a mandate, a card, a poor rating, an obstacle: who, when, in which words."""
