"""What may be told to everybody: every field that goes out is typed public, personal or secret in one table."""
