"""What is written about a batch of reports, in one transaction."""
