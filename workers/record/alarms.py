"""Repeats of an alarm join the case that its first notice opened."""

import hashlib
from collections.abc import Collection, Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intake.mail import alarm_groups
from intake.mail.subject import is_answer
from models.merged import survivor
from models.tables import CaseRow, ReportRow
from models.tables.cases import OPEN
from models.values import CaseState, Standing
from workers.record.opening import hint
from workers.stages.draft import Draft

# So many notices of a case are looked at: what none of them names is told anew. Mostly the last one names all.
_LATEST, _LAST = 50, 2


def alarm_key(draft: Draft) -> str | None:
    """What is the same in all notices of one alarm: who sends them, which device, which code. The sender is
    part of it, so that nobody's device can write into another customer's case."""
    return _key(draft, draft.alarm.code) if draft.alarm is not None else None


def ended_key(draft: Draft) -> str | None:
    """The key of the alarm that a recovery notice ends, where devices give the end of an event a code of its own."""
    return _key(draft, draft.alarm.ends) if draft.alarm is not None and draft.alarm.ends is not None else None


def continues(draft: Draft, case: CaseRow) -> bool:
    """True for a machine's notice in the thread of an alarm that opened the case: nobody has written to it. Ticket
    systems send what people answer as a machine's, too."""
    is_notice = draft.alarm is not None and draft.alarm.device != "" and not is_answer(draft.mail.subject)
    return is_notice and case.alarm_key is not None


def _key(draft: Draft, code: str) -> str | None:
    alarm, sender = draft.alarm, draft.mail.sender
    if alarm is None or sender is None:
        return None
    return hashlib.sha256("\n".join((sender.mailbox, alarm.device, code)).encode()).hexdigest()


def only_case(session: Session, sender: str, subject: str) -> CaseRow | None:
    """The open case of the alarm of which a notice shows but the first one's subject: its sender's, where he has only
    one so named."""
    is_his = CaseRow.customer == sender, CaseRow.subject == subject, CaseRow.alarm_key.is_not(None)
    found = session.scalars(select(CaseRow).where(OPEN, *is_his).limit(2)).all()
    return found[0] if len(found) == 1 else None


def open_cases(session: Session, keys: Collection[str]) -> dict[str, list[CaseRow | Draft]]:
    """The open cases of each of these alarms, the latest last; in place of one that was merged, the case that it goes
    on in."""
    if not keys:
        return {}
    is_open = or_(CaseRow.state != CaseState.CLOSED, CaseRow.merged_into.is_not(None))
    rows = session.scalars(select(CaseRow).where(CaseRow.alarm_key.in_(keys), is_open)).all()
    found: dict[str, list[CaseRow | Draft]] = {}
    for row in sorted(rows, key=lambda row: row.id):  # in a query it would be a sort of its own
        case = survivor(session, row)
        if row.alarm_key is not None and case.state != CaseState.CLOSED:
            found.setdefault(row.alarm_key, []).append(case)
    return found


def own_case(session: Session, draft: Draft) -> CaseRow | None:
    """The latest open case of the alarm that a notice is about, whatever thread it stands in."""
    keys = [key for key in (alarm_key(draft), ended_key(draft)) if key]
    found = open_cases(session, keys)
    cases = (one for key in keys for one in reversed(found.get(key, ())))
    return next((one for one in cases if isinstance(one, CaseRow) and is_of_one(draft, one)), None)


def tells_more(session: Session, draft: Draft, case: CaseRow | Draft) -> bool:
    """True for a mail of several alarms of which one has not been told of on the case: nobody has heard of that one."""
    if draft.alarm is None or not draft.alarm.of:
        return False
    if isinstance(case, Draft):
        return case.alarm is None or not draft.alarm.of <= case.alarm.of
    missing, is_over = set(draft.alarm.of), draft.alarm.state == "recovery"
    for text in _texts(session, case.id):
        if group := alarm_groups.read(text):
            missing -= group.firing | (group.resolved if is_over else frozenset())
        if not missing:
            return False
    return True


def _texts(session: Session, case_id: int) -> Iterator[str]:
    """Those of the latest notices of a case, the last one first; few are read where these are enough."""
    texts = select(ReportRow.text).where(ReportRow.case_id == case_id, ReportRow.text.is_not(None))
    ordered = texts.order_by(ReportRow.received_at.desc(), ReportRow.id)
    for start, end in ((0, _LAST), (_LAST, _LATEST)):
        yield from filter(None, session.scalars(ordered.offset(start).limit(end - start)))


def is_of_one(draft: Draft, other: CaseRow | Draft) -> bool:
    """True unless the directory, or the address of ours that each was sent to, says that they are of two customers: a
    service that watches for many mails from one address, and many have a host of that name."""
    pairs = zip(_whose(draft), _whose(other), strict=True)
    return all(one is None or two is None or one == two for one, two in pairs)


def _whose(of: CaseRow | Draft) -> tuple[int | None, str | None]:
    """The customer by a number in the text, and the + part. By the sender's address both are of one customer, unless a
    person has put the case under another one: its alarm goes on there."""
    party = of if isinstance(of, CaseRow) else of.party
    by_number = party.customer_id if party is not None and party.standing == Standing.UNKNOWN else None
    return by_number, of.routing_hint if isinstance(of, CaseRow) else hint(of)
