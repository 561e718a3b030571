"""The 12345 platform as a program on the other end of the line."""
