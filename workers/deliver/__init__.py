"""Senders: how a message of ours leaves the house."""
