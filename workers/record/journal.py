"""The timeline of the cases."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.tables import EventRow
from models.values import MACHINE as MACHINE


class Journal:
    """Adds what the machine did at one moment to the timelines of cases."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self.now = now

    def note(self, case_id: int, kind: str, text: str) -> None:
        self._session.add(EventRow(case_id=case_id, at=self.now, actor=MACHINE, kind=kind, text=text))
