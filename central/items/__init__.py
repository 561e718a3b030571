"""The service items as a whole: tags, depth and stars, their shares and how they move."""
