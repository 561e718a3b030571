"""容缺 after the filing: reminders before the last day, and what the rule says when it has passed."""
