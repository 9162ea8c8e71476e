"""Calls and text messages that nobody here could take when they came: Twilio tells of each once or twice, within
seconds, but keeps it, and is asked for them afterwards."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select

from intake.channels.phone_events import ENDED
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
# Looked at once more after a look: Twilio's lists may be late, and a call is long.
_OVERLAP = timedelta(hours=1)
Form = Mapping[str, str]
Came = Sequence[tuple[datetime, Form]]


class Inbox(Protocol):
    """The calls and text messages that Twilio keeps; see `workers.hotline.twilio_api.TwilioApi`."""

    def texts_to(self, number: str, since: datetime) -> Came: ...
    def pictures_with(self, sid: str) -> Form: ...
    def calls_to(self, number: str, since: datetime) -> Came: ...


class Missed:
    """Looks every five minutes, and at once after a start, for calls and text messages to `number` that are not stored,
    and has them stored as of when they came. `missed_call` is told of a call. Any number of processes may look: each
    call, and each message, is one report."""

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        number: str,
        accept: Callable[[NewReport], Receipt],
        missed_call: Callable[[Form, datetime], None],
        clock: Callable[[], datetime],
        token_key: bytes,
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._number = number
        self._accept = accept
        self._missed_call = missed_call
        self._clock = clock
        self._key = token_key
        self._looked_at: datetime | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="missed-by-telephone", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> int:
        """Store what is missing, the oldest first; returns how many those were.

        Raises:
            Temporary: Twilio, or the database, cannot be asked; the next look finds them.
            TwilioRefused: Twilio does not let us.
        """
        now = self._clock()
        since = self._since(now)
        if since is None:
            return 0
        texts = self._missing("MessageSid", self._inbox.texts_to(self._number, since))
        calls = self._missing("CallSid", self._inbox.calls_to(self._number, since))
        texts = [(at, form) for at, form in texts if not self._is_answer(form)]
        calls = [(at, form) for at, form in calls if form["CallStatus"] in ENDED]
        for at, form in texts:
            self._take_text(form, at)
        for at, form in calls:
            log.warning("call_was_missed", extra={"call": form["CallSid"], "came_at": at})
            self._missed_call(form, at)
        self._looked_at = now
        return len(texts) + len(calls)

    def _since(self, now: datetime) -> datetime | None:
        """None where nothing has come by telephone yet: what Twilio has is of the time before Firstline."""
        if self._looked_at is not None:
            return max(self._looked_at - _OVERLAP, now - WITHIN)
        with self._database.reading() as session:
            first = session.scalar(select(func.min(ReportRow.received_at)).where(ReportRow.channel == Channel.PHONE))
        return max(first.replace(microsecond=0), now - WITHIN) if first is not None else None

    def _missing(self, sid: str, came: Came) -> Came:
        """Those that are not stored, the oldest first."""
        stored = self._stored([form[sid] for _, form in came])
        return sorted([each for each in came if each[1][sid] not in stored], key=lambda each: each[0])

    def _stored(self, sids: Collection[str]) -> set[str]:
        query = select(ReportRow.external_id).where(ReportRow.channel == Channel.PHONE)
        with self._database.reading() as session:
            return set(session.scalars(query.where(ReportRow.external_id.in_(sids))))

    def _is_answer(self, form: Form) -> bool:
        """One of ours has answered a notice: no report, and its ladder has gone on meanwhile."""
        if answer_in(form["Body"], self._key)[0] is None:
            return False
        with self._database.reading() as session:
            return is_one_of_ours(session, form["From"])

    def _take_text(self, form: Form, at: datetime) -> None:
        pictures = self._inbox.pictures_with(form["MessageSid"]) if form["NumMedia"] != "0" else {}
        receipt = self._accept(text_report({**form, **pictures}, at))
        log.warning("text_was_missed", extra={"report": receipt.report_id, "text": form["MessageSid"], "came_at": at})

    def _run(self) -> None:
        wait = 0.0
        while not self._stopping.wait(wait):
            wait = PERIOD_SECONDS
            try:
                self.look()
            except (Temporary, TwilioRefused) as error:
                log.warning("missed_not_looked_for", extra={"error": str(error)})
            except Exception as error:
                log.error("missed_not_looked_for", exc_info=error)
