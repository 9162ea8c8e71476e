"""The commands of `firstline`, one module a group."""
