"""Writes what the stages said: case, classification, clocks, timeline, acknowledgement. One transaction a batch."""

from workers.record.recorder import Recorder

__all__ = ["Recorder"]
