"""The classifier's life cycle: reading the corpus, training, measuring."""
