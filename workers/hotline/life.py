"""What a call does to its case: the number that was told is the acknowledgement, whoever takes the caller has the case,
and a promise to call back is a clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.hotline.numbers import masked, refusal
from intake.hotline.prompts import CALL_BACK_MINUTES
from models.settings import Settings
from models.staff import is_there
from models.tables import CaseRow, OutgoingRow, ReportRow, StaffRow
from models.values import FREE, CaseState
from routing import life
from routing.clocks import Clock
from workers.cases import heard
from workers.cases.climb import pass_on
from workers.cases.heard import CALL_BACK, OUTAGE
from workers.cases.lost import note_lost
from workers.cases.office import Office
from workers.cases.people import ON_CALL, People
from workers.cases.sent import acknowledged
from workers.cases.work import CaseWork, lock_survivor
from workers.record.journal import MACHINE, Journal
from workers.record.undeliverable import note_undeliverable

# More people than that are not called one after the other while somebody waits.
LIMIT_CALLED = 5


class CaseLife:
    """Writes within the session of the turn; see `intake.channels.phone.Life`. What happens to a case that was merged
    happens to the one that it goes on in."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def level(self, session: Session, case: CaseRow, report: ReportRow) -> int:
        """That of the case; of what is added, and reads as an outage, the gravest: its caller is on the line."""
        return OUTAGE if heard.is_outage(session, case.id, report.received_at) else case.level

    def acknowledged(self, session: Session, case_id: int, now: datetime) -> None:
        acknowledged(session, [case_id], self._office, "the case number was told to the caller")

    def accepted(self, session: Session, case_id: int, phone: str, now: datetime) -> None:
        """The case is his who has this number; where nobody is known to have it, that somebody took the caller is
        noted, and the ladder goes on."""
        case = lock_survivor(session, case_id)
        if case is None:
            return
        who = _staff(session, phone, case, now)
        work = CaseWork(session, self._office, case, now, who.address if who else MACHINE)
        name = who.name if who is not None else masked(phone)
        work.note("connected", f"{name} has taken it by telephone")
        if who is not None and life.may_follow(CaseState(case.state), CaseState.ACCEPTED):
            work.move(CaseState.ACCEPTED, "by telephone")

    def promised(self, session: Session, case_id: int, phone: str, now: datetime) -> None:
        case = lock_survivor(session, case_id)
        if case is None:
            return
        due_at = now + timedelta(minutes=CALL_BACK_MINUTES)
        because = f"the caller is to be called back within {CALL_BACK_MINUTES} minutes"
        work = CaseWork(session, self._office, case, now, MACHINE)
        work.book.start([Clock(CALL_BACK, now, due_at, because)])
        case.needs_review = True
        where = phone or "his number is withheld: he was asked to call again"
        work.note("call-back", f"{because}: {where}")
        heard.call_back_promised(work, because)
        work.settle()

    def takes(self, session: Session, case_id: int, phone: str, now: datetime) -> bool:
        """Who has this number accepts the case in answer to a notice; True where it is his now, or was before. That it
        is another's is noted."""
        case = lock_survivor(session, case_id)
        who = _staff(session, phone, case, now) if case is not None else None
        if who is None or case is None:
            return False
        work = CaseWork(session, self._office, case, now, who.address)
        if case.state in FREE:
            work.move(CaseState.ACCEPTED, "by telephone")
        elif case.accepted_by != who.address:
            work.note("already-taken", f"{who.name} would accept it: it is {case.state}, by {case.accepted_by}")
        return case.accepted_by == who.address

    def passed(self, session: Session, row: OutgoingRow, because: str, now: datetime, is_heard: bool = False) -> None:
        """One of ours has passed on what he was told, or was not reached: those of the next rung are told at once,
        unless the promise that he was told of is kept by now. `is_heard`: somebody has listened to it, which is enough
        where the case is somebody's."""
        case = lock_survivor(session, row.case_id)
        if case is None or (is_heard and case.state not in FREE):
            return
        work = CaseWork(session, self._office, case, now, MACHINE)
        work.note("passed-on", f"{because}: {pass_on(work, People(session, now), row.step_id)}")

    def not_delivered(self, session: Session, row: OutgoingRow, because: str, now: datetime) -> None:
        """A text message did not arrive: who was to hear of a case is told otherwise, a customer's is looked at."""
        if note_undeliverable(session, Journal(session, now), row, because) is None:
            note_lost(session, [row], self._office)


def _staff(session: Session, phone: str, case: CaseRow, now: datetime) -> StaffRow | None:
    """Who answers at this number: of several who share a telephone, the one who is on call for the case."""
    found = session.scalars(select(StaffRow).where(StaffRow.phone == phone, is_there()).order_by(StaffRow.id)).all()
    if len(found) > 1:
        on_duty = {person.address for person in People(session, now).of(case, ON_CALL)}
        found = [who for who in found if who.address in on_duty] or found
    return next(iter(found), None)


def on_call(settings: Settings, clock: Callable[[], datetime]) -> Callable[[Session, CaseRow], list[str]]:
    """The numbers of those on call for a case, as far as they may be called."""
    own, countries = settings.twilio_number, settings.twilio_countries

    def who(session: Session, case: CaseRow) -> list[str]:
        found = [person.phone for person in People(session, clock()).of(case, ON_CALL) if person.phone]
        return [number for number in dict.fromkeys(found) if refusal(number, own, countries) is None][:LIMIT_CALLED]

    return who
