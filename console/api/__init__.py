"""What every route of the API shares: who comes in, errors, pages, writing once, the description."""
