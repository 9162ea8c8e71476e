"""What a user would pick instead, and what the machine gives at the most: measured beside ours in the same run."""
