"""Who may use the pages: passwords, sessions, roles, and the log of what was done."""
