"""跨城通办: cases that another city decides (收受分离): handed over once, followed until their result is back."""
