"""What is stored, and the queue in it."""
