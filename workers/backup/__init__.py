"""Backup, restore, and moving what is stored from one database to another."""
