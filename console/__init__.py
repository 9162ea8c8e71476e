"""The web: liveness, metrics, the API and the staff's pages. It reads the tables; what changes a case is handed in by
the workers."""
