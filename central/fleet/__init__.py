"""The terminals: who they are, whether they are there, and what their devices say."""
