"""Weeks of a desk in minutes: cases and staff at random, timers that are killed, and an oracle that knows the rules."""
