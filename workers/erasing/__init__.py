"""What the desk holds on one person, or one customer: given to him, or erased."""
