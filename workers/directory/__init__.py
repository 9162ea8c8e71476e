"""The directory of whom the desk serves, and who serves them: CSV in and out, and what it knows of a name."""
