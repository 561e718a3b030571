"""Who may open the pages: accounts, sessions, lock-out."""
