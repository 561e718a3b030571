"""The filter of terminals, that lives in the URL."""
