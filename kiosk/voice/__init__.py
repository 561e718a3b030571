"""The terminal's voice: what is said (pure), how it becomes sound, and where the sound goes. Knows no Qt."""
