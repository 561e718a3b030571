"""The policies a district holds its promises to, and the items that fail them."""
