"""The web: liveness, metrics and the API. It reads the tables; what changes a case is handed in by the workers."""
