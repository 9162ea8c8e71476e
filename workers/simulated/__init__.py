"""What the desk would do with a mail, played on a database of its own."""
