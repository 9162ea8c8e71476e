"""A call to one of ours about a case: says the notice, and takes the answer: 1 accept, 2 pass on, 3 repeat."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.channels.phone_events import told
from intake.hotline import notice
from intake.hotline.twiml import EMPTY, Urls
from intake.mail.language import detect
from models.db import Database
from models.locks import keep_books
from models.staff import is_there
from models.tables import CaseRow, OutgoingRow, StaffRow
from models.values import OutgoingState
from routing import acceptance, token
from workers.cases.notices import SMS
from workers.hotline.life import CaseLife

Form = Mapping[str, str]
_UNANSWERED = frozenset({"busy", "no-answer", "failed", "canceled"})
_MACHINES = ("machine", "fax")


class Notices:
    """Answers Twilio's requests about calls of ours; each is TwiML. May raise `Temporary`."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], urls: Urls, life: CaseLife, token_key: bytes
    ) -> None:
        self._database = database
        self._key = token_key
        self._clock = clock
        self._urls = urls
        self._life = life

    def notice(self, query: Form, form: Form) -> str:
        """The call was answered, or a key was pressed."""
        with self._database.reading() as session:
            row = sent_row(session, query)
            case = session.get(CaseRow, row.case_id) if row is not None else None
        if row is None or case is None:
            return notice.unknown()
        text = row.content.decode()
        language = detect(text)
        if told(query, form, "AnsweredBy").startswith(_MACHINES):
            return notice.for_a_machine(language)  # and the ladder goes on when the call has ended
        match told(query, form, "Digits"):
            case "1":
                return notice.accepted(language) if self._takes(query) else notice.too_late(language)
            case "2":
                self._pass_on(query, "passed on by telephone")
                return notice.passed(language)
        tries = int(query.get("said") or 0) + 1
        return notice.said(
            text, language, self._urls.to("notice", id=query["id"], lang=language, said=str(tries)), tries
        )

    def ended(self, query: Form, form: Form) -> str:
        """The call is over; where nobody took it, the next is told at once."""
        status = form.get("CallStatus", "")
        if form.get("AnsweredBy", "").startswith(_MACHINES):
            self._pass_on(query, "a machine answered")
        elif status in _UNANSWERED:
            self._pass_on(query, f"the call was not answered ({status})")
        elif status == "completed":
            self._pass_on(query, "whoever answered the call pressed no key", is_heard=True)
        return ""

    def _takes(self, query: Form) -> bool:
        """Also where the call before was not answered, or he has passed it on: a call may be made twice."""
        with self._database.transaction() as session:
            keep_books(session)
            row = sent_row(session, query, lock=True)
            if row is None:
                return False
            row.answered_at = row.answered_at or self._clock()
            return self._life.takes(session, row.case_id, row.recipient, self._clock())

    def _pass_on(self, query: Form, because: str, is_heard: bool = False) -> None:
        """Once for each call: the answer is noted on the row, and a repeated request changes nothing."""
        with self._database.transaction() as session:
            keep_books(session)
            row = sent_row(session, query, lock=True)
            if row is not None and row.answered_at is None:
                row.answered_at = self._clock()
                self._life.passed(session, row, because, row.answered_at, is_heard)

    def reply(self, query: Form, form: Form) -> str:
        """A text message of one of ours that says 1 or 2, or what a mail would, answers the last notice that he was
        sent; with a case's token, or as that alone, the last one of this case. The notice asks for the token. Told
        twice, it is the same answer.

        Returns:
            TwiML; an empty string where it is no such answer, but a report.
        """
        number, now = form.get("From", ""), self._clock()
        answer, case_id = answer_in(form.get("Body", ""), self._key)
        if answer is None:
            return ""
        with self._database.transaction() as session:
            keep_books(session)
            row = _last_notice(session, number, now, case_id)
            if row is None:
                return ""
            if answer == "accept":
                self._life.takes(session, row.case_id, row.recipient, now)
            elif row.answered_at is None:
                self._life.passed(session, row, "passed on by text message", now)
            row.answered_at = row.answered_at or now
        return EMPTY


def answer_in(text: str, key: bytes) -> tuple[str | None, int | None]:
    """What a text message answers a notice, `accept` or `pass-on`, or None where it is none; and the case whose token
    it shows."""
    text = text.strip()
    case_id = next(token.find(text, key), None)
    answer = acceptance.read(text if case_id is None else token.without(text) or "1")
    return (None if "\n" in text else answer), case_id


def is_one_of_ours(session: Session, number: str) -> bool:
    """Whether that is the telephone of one of the staff."""
    query = select(StaffRow.id).where(StaffRow.phone == number, is_there()).limit(1)
    return bool(number) and session.scalar(query) is not None


# A notice that is older was answered by somebody else, or in another way.
_REPLIED_WITHIN = timedelta(hours=12)


def _last_notice(session: Session, number: str, now: datetime, case_id: int | None) -> OutgoingRow | None:
    """The last notice that this number was sent as a text message, or that of the case; where it is one of ours."""
    if not is_one_of_ours(session, number):
        return None
    sent = OutgoingRow.channel == SMS, OutgoingRow.state.in_((OutgoingState.SENDING, OutgoingState.SENT))
    recent = OutgoingRow.recipient_key == number, OutgoingRow.created_at > now - _REPLIED_WITHIN
    of_case = () if case_id is None else (OutgoingRow.case_id == case_id,)
    query = select(OutgoingRow).where(*recent, *sent, *of_case, OutgoingRow.report_id.is_(None))
    return session.scalar(query.order_by(OutgoingRow.created_at.desc()).limit(1).with_for_update())


def sent_row(session: Session, query: Form, lock: bool = False) -> OutgoingRow | None:
    """The message of ours that this request of Twilio's is about, by the id that we gave it."""
    found = select(OutgoingRow).where(OutgoingRow.message_id == query.get("id", ""))
    return session.scalar(found.with_for_update() if lock else found)
