"""周一简报, made by itself: what failed over the weekend, where to refill, how many windows to open."""
