"""The link to the centre: what to send next, how it is sent, whom to believe."""
