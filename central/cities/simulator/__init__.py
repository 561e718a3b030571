"""Another city's office as a program at the other end of a real line."""
