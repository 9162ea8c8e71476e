"""Reports to customers: the service of a month, the account of an accident."""
