"""One scenario for each service scheme, from report to closed case; they read like SERVICE.md."""
