"""The timeline of the cases."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.tables import EventRow
from models.values import MACHINE as MACHINE
from workers.record.new_rows import NewRows

Rows = Session | NewRows


def enter(rows: Rows, case_id: int, at: datetime, actor: str, kind: str, text: str) -> None:
    """Add an entry to the timeline of a case: as an object only where a session takes it, for of five in each new case
    that takes more time than to write them."""
    entry = {"case_id": case_id, "at": at, "actor": actor, "kind": kind, "text": text}
    if isinstance(rows, NewRows):
        rows.extend(EventRow, [entry])
    else:
        rows.add(EventRow(**entry))


class Journal:
    """Adds what the machine did at one moment to the timelines of cases."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        self._rows = rows
        self.now = now

    def note(self, case_id: int, kind: str, text: str) -> None:
        enter(self._rows, case_id, self.now, MACHINE, kind, text)
