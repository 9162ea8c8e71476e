"""Stand-ins for services of others that no test can reach."""
