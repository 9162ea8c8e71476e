"""How customers say that something is solved, and that it is not, in Chinese (Simplified) and English."""
