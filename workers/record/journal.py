"""The timeline of the cases."""

from datetime import datetime
from typing import Protocol

from models.tables import EventRow
from models.values import MACHINE as MACHINE


class Adds(Protocol):
    """Takes new rows: a session, or the new rows of a batch."""

    def add(self, row: EventRow, /) -> None: ...


class Journal:
    """Adds what the machine did at one moment to the timelines of cases."""

    def __init__(self, rows: Adds, now: datetime) -> None:
        self._rows = rows
        self.now = now

    def note(self, case_id: int, kind: str, text: str) -> None:
        self._rows.add(EventRow(case_id=case_id, at=self.now, actor=MACHINE, kind=kind, text=text))
