"""What becomes of a text message of ours after Twilio has taken it: where it does not arrive, its case is told."""

from collections.abc import Callable, Mapping
from datetime import datetime

from models.db import Database
from models.locks import keep_books
from models.values import OutgoingState
from workers.hotline.life import CaseLife
from workers.hotline.notices import sent_row

_LOST = frozenset({"failed", "undelivered"})
_ON_ITS_WAY = frozenset({OutgoingState.SENDING, OutgoingState.SENT})


class TextStatus:
    """Takes Twilio's status callbacks of messages. May raise `Temporary`."""

    def __init__(self, database: Database, clock: Callable[[], datetime], life: CaseLife) -> None:
        self._database = database
        self._clock = clock
        self._life = life

    def changed(self, query: Mapping[str, str], form: Mapping[str, str]) -> str:
        """The message has another status; told twice, or in no order, it is lost once."""
        status, code = form.get("MessageStatus", ""), form.get("ErrorCode", "")
        if status not in _LOST:
            return ""
        because = f"Twilio says {status}" + (f", error {code}" if code else "")
        with self._database.transaction() as session:
            keep_books(session)
            row = sent_row(session, query, lock=True)
            if row is not None and row.state in _ON_ITS_WAY:
                # Also one whose sender has not noted yet that it is sent: what is no longer SENDING he leaves alone.
                row.state, row.due_at, row.lease, row.error = OutgoingState.BOUNCED, None, None, because
                self._life.not_delivered(session, row, because, self._clock())
        return ""
