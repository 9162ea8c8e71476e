"""Mails that nobody would write, made from those that people do: `python -m tests.fuzz --minutes 10`."""
