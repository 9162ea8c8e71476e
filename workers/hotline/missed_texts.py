"""Text messages that nobody here could take when they came: Twilio tells of each once or twice, within seconds, but
keeps it, and is asked for them afterwards."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select

from intake.channels.phone_messages import text_report
from models.db import Database
from models.errors import Temporary
from models.queue import NewReport
from models.tables import ReportRow
from models.values import Channel, Receipt
from workers.hotline.download import TwilioRefused
from workers.hotline.notices import answer_in, is_one_of_ours

log = logging.getLogger(__name__)

PERIOD_SECONDS = 300.0
# What is older is no news to anybody who reads it now.
WITHIN = timedelta(days=1)
# Looked at once more after a look: Twilio's lists may be late.
_OVERLAP = timedelta(minutes=30)


class Inbox(Protocol):
    """The text messages that Twilio keeps; see `workers.hotline.twilio_api.TwilioApi`."""

    def texts_to(self, number: str, since: datetime) -> Sequence[tuple[datetime, Mapping[str, str]]]: ...
    def pictures_with(self, sid: str) -> dict[str, str]: ...


class MissedTexts:
    """Looks every five minutes, and at once after a start, for text messages to `number` that are not stored, and has
    them accepted as of when they came. Any number of processes may: a message is one report."""

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        number: str,
        accept: Callable[[NewReport], Receipt],
        clock: Callable[[], datetime],
        token_key: bytes,
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._number = number
        self._accept = accept
        self._clock = clock
        self._key = token_key
        self._looked_at: datetime | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="missed-texts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def look(self) -> int:
        """Take what is missing, the oldest first; returns how many those were.

        Raises:
            Temporary: Twilio, or the database, cannot be asked; the next look finds them.
            TwilioRefused: Twilio does not let us.
        """
        now = self._clock()
        since = self._since(now)
        if since is None:
            return 0
        found = {form["MessageSid"]: (at, form) for at, form in self._inbox.texts_to(self._number, since)}
        missing = found.keys() - self._stored(found)
        count = 0
        for at, form in sorted((found[sid] for sid in missing), key=lambda each: each[0]):
            if not self._is_answer(form):
                count += self._take(form, at)
        self._looked_at = now
        return count

    def _since(self, now: datetime) -> datetime | None:
        """None where nothing has come by telephone yet: what Twilio has is of the time before Firstline."""
        if self._looked_at is not None:
            return max(self._looked_at - _OVERLAP, now - WITHIN)
        with self._database.reading() as session:
            first = session.scalar(select(func.min(ReportRow.received_at)).where(ReportRow.channel == Channel.PHONE))
        return max(first.replace(microsecond=0), now - WITHIN) if first is not None else None

    def _stored(self, sids: Collection[str]) -> set[str]:
        query = select(ReportRow.external_id).where(ReportRow.channel == Channel.PHONE)
        with self._database.reading() as session:
            return set(session.scalars(query.where(ReportRow.external_id.in_(sids))))

    def _is_answer(self, form: Mapping[str, str]) -> bool:
        """One of ours has answered a notice: no report, and its ladder has gone on meanwhile."""
        if answer_in(form["Body"], self._key)[0] is None:
            return False
        with self._database.reading() as session:
            return is_one_of_ours(session, form["From"])

    def _take(self, form: Mapping[str, str], at: datetime) -> bool:
        pictures = self._inbox.pictures_with(form["MessageSid"]) if form["NumMedia"] != "0" else {}
        receipt = self._accept(text_report({**form, **pictures}, at))
        log.warning("text_was_missed", extra={"report": receipt.report_id, "text": form["MessageSid"], "came_at": at})
        return receipt.created

    def _run(self) -> None:
        wait = 0.0
        while not self._stopping.wait(wait):
            wait = PERIOD_SECONDS
            try:
                self.look()
            except (Temporary, TwilioRefused) as error:
                log.warning("texts_not_looked_for", extra={"error": str(error)})
            except Exception as error:
                log.error("texts_not_looked_for", exc_info=error)
