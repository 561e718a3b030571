"""What the citizen sees. The only home of Qt."""
