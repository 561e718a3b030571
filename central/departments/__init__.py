"""The departments behind the questions: over lines that may be slow, down or wrong, and never believed blindly."""
