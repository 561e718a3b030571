"""The service that halls and terminals share, and its web pages."""
