"""An SMS gateway as a program at the other end of a real line."""
