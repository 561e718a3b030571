"""Where to look first: complaints, poor ratings, overdue cases and corrections of each window."""
