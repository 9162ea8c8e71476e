"""Policy: pure functions; the clock and everything stored come in as arguments."""
