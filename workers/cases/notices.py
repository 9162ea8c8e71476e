"""Telling our own people of a step: by mail, by SMS, by telephone, each a row to be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from intake.mail import plus
from models.tables import CaseRow, CustomerRow, OutgoingRow, StepRow
from models.values import CaseState, Language, OutgoingState, StepState, new_id
from routing import token
from routing.ladder import is_promise
from routing.notice import Notice, NoticeFacts
from routing.quiet import is_quiet
from routing.rules import LadderRule
from workers.cases import echoes, staff_words
from workers.cases.people import Person
from workers.mime import compose, encoded, with_token

if TYPE_CHECKING:
    from workers.cases.work import CaseWork

EMAIL, SMS, VOICE = "email", "sms", "voice"
# These stand for the clock in what is told of the customer's mails; they run for no case.
GRAVER, ANSWERED = "graver", "answered"
HEARD = frozenset({GRAVER, ANSWERED})
_HOUR = timedelta(hours=1)
_ECHO = "is not written to more than once an hour of what comes from that mailbox: it says the same each time"
_OWN_MAILBOX = "is told no more within this hour of what comes from the same mailbox: a machine seems to answer there"


def tell(work: CaseWork, step: StepRow, rule: LadderRule, people: list[Person]) -> list[str]:
    """Queue what these people are told of `step`; returns whom it was, and how. Nobody is
    told of one step twice in the same way, and each in his own language. Who cannot be reached in the way that the rule
    asks for, or not at this hour, or was called so often that he hears nothing else any more, is written to."""
    if not people:
        return []
    if step.id is None:  # planned just now; by its id its notices are told apart
        work.session.flush()
    facts = _facts(work, step, rule)
    said = {language: Notice(_in(work, facts, language)) for language in {_language(facts, each) for each in people}}
    before = _told_before(work, step)
    told: list[str] = []
    called = _called(work, people)
    heard = _heard_of_others(work, people)
    answered = _answered_by_machine(work, heard)
    for person in heard:
        for means in _ways(work, rule, person, called):
            if means == EMAIL and person.address in answered:
                continue
            recipient = person.address if means == EMAIL else person.phone or ""
            if (means, recipient.casefold()) not in before:
                before.add((means, recipient.casefold()))  # two may share a telephone
                _queue(work, step, means, recipient, said[_language(facts, person)])
                called[recipient] += means != EMAIL
                told.append(f"{person.name} by {means}")
    return told


def _heard_of_others(work: CaseWork, people: Sequence[Person]) -> list[Person]:
    """Those who are not told all the time of what comes from their own mailbox: a machine answers there, and each
    notice to it makes another case."""
    reporter = plus.split(work.case.customer or "")[0]
    own = [person for person in people if plus.split(person.address)[0] == reporter]
    if not own or _notices_of_own(work, own) < work.office.notice_limit:
        return list(people)
    work.case.needs_review = True
    work.note("held-back", f"{own[0].name} {_OWN_MAILBOX}; notice_limit_per_hour is {work.office.notice_limit}")
    return [person for person in people if person not in own]


def _answered_by_machine(work: CaseWork, people: Sequence[Person]) -> set[str]:
    """Whom nothing is written to of this case; calls reach them all the same."""
    found = echoes.answering(work, people)
    if found:
        work.case.needs_review = True
        names = ", ".join(person.name for person in people if person.address in found)
        work.note("held-back", f"{names} {_ECHO}; notice_limit_per_hour is {work.office.notice_limit}")
    return found


def _notices_of_own(work: CaseWork, own: Sequence[Person]) -> int:
    """How many notices went to these within the last hour about cases that are the reporter's of this one."""
    query = (
        select(func.count())
        .select_from(OutgoingRow)
        .join(CaseRow, CaseRow.id == OutgoingRow.case_id)
        .where(
            OutgoingRow.kind == "notice",
            OutgoingRow.recipient_key.in_({person.address.casefold() for person in own}),
            OutgoingRow.created_at > work.now - _HOUR,
            CaseRow.customer == work.case.customer,
        )
    )
    return work.session.scalar(query) or 0


def _told_before(work: CaseWork, step: StepRow) -> set[tuple[str, str]]:
    """Who has been told of the step, and how. Nothing is read of one that names nobody, as none does at its time."""
    if not step.told:
        return set()
    rows = work.session.execute(
        select(OutgoingRow.channel, OutgoingRow.recipient_key).where(OutgoingRow.step_id == step.id)
    )
    return {(channel, recipient_key) for channel, recipient_key in rows}


def _ways(work: CaseWork, rule: LadderRule, person: Person, called: Counter[str]) -> list[str]:
    """How the person is told. Whoever sends us many grave mails must not have our people's telephones ring all night:
    beyond the limit of an hour they are written to, and the case says so."""
    ways = {_way(work, rule, person, means) for means in rule.by}
    by_phone = len(ways - {EMAIL})
    if not by_phone or called[person.phone or ""] + by_phone <= work.office.notice_limit:
        return sorted(ways)
    work.case.needs_review = True
    limit = f"notice_limit_per_hour is {work.office.notice_limit}"
    work.note("held-back", f"{person.name} was called so often within an hour that he is only written to; {limit}")
    return [EMAIL]


def _called(work: CaseWork, people: Sequence[Person]) -> Counter[str]:
    """How often each telephone of these people was called or written to within the last hour."""
    phones = {person.phone for person in people if person.phone}
    if not phones or work.office.means <= {EMAIL}:
        return Counter()
    rows = work.session.execute(
        select(OutgoingRow.recipient_key, func.count())
        .where(OutgoingRow.recipient_key.in_(phones), OutgoingRow.created_at > work.now - _HOUR)
        .group_by(OutgoingRow.recipient_key)
    )
    return Counter({row[0]: row[1] for row in rows})


def withdraw(work: CaseWork) -> None:
    """Call nobody any more for a step whose clock does not run: an outage may have held the call up."""
    running = work.book.newest()
    waiting = (
        select(OutgoingRow, StepRow.clock)
        .join(StepRow, StepRow.id == OutgoingRow.step_id)
        .where(
            OutgoingRow.case_id == work.case.id,
            OutgoingRow.channel != EMAIL,
            OutgoingRow.state == OutgoingState.PENDING,
        )
    )
    for row, clock in work.session.execute(waiting):
        if clock not in running and clock not in HEARD:
            row.state, row.due_at, row.error = OutgoingState.FAILED, None, "not needed any more: the promise was kept"


def _way(work: CaseWork, rule: LadderRule, person: Person, means: str) -> str:
    """The way that was asked for, or e-mail: he has no telephone, we call nobody, or the hours are quiet."""
    if means not in work.office.means or not person.phone:
        return EMAIL
    case, profile = work.case, work.profile
    level = min(rule.levels) if rule.clock == GRAVER else case.level
    return EMAIL if is_quiet(profile.quiet, level, case.category, work.now, profile.hours.zone) else means


def _queue(work: CaseWork, step: StepRow, means: str, recipient: str, said: Notice) -> None:
    address = work.office.addresses[0]
    message_id = f"{new_id()}.step{step.id}.{means}@{address.rpartition('@')[2]}"
    work.session.add(
        OutgoingRow(
            id=message_id.partition(".")[0],
            case_id=work.case.id,
            step_id=step.id,
            channel=means,
            kind="notice",
            message_id=message_id,
            recipient=recipient,
            recipient_key=recipient.casefold(),
            content=_content(work, means, message_id, recipient, said),
            created_at=work.now,
            due_at=work.now,
            state=OutgoingState.PENDING,
            attempts=0,
        )
    )


def _content(work: CaseWork, means: str, message_id: str, recipient: str, said: Notice) -> bytes:
    match means:
        case "sms":
            return said.sms.encode()
        case "voice":
            return said.spoken.encode()
        case _:
            return _mail(work, message_id, recipient, said)


def _mail(work: CaseWork, message_id: str, recipient: str, said: Notice) -> bytes:
    address, key = work.office.addresses[0], work.office.token_key
    headers = {
        "From": address,
        "To": recipient,
        "Reply-To": with_token(address, token.sign(work.case.number, key)),
        "Subject": encoded(said.subject),
        "Date": format_datetime(work.now),
        "Message-ID": f"<{message_id}>",
        "Auto-Submitted": "auto-generated",
        token.STAMP: token.stamp(message_id, key),
    }
    return compose(headers, said.text)


def _facts(work: CaseWork, step: StepRow, rule: LadderRule) -> NoticeFacts:
    case = work.case
    done = [row for row in case.steps if row.state == StepState.DONE]
    before = [who for row in done for who in row.told]
    is_taken = case.state not in (CaseState.NEW, CaseState.ACKNOWLEDGED)
    return NoticeFacts(
        number=case.number,
        token=token.sign(case.number, work.office.token_key),
        level=case.level,
        level_name=case.level_name,
        customer=_customer(work),
        subject=case.subject,
        team=case.assigned_team,
        step=step.name,
        because=step.because,
        due_at=_deadline(work, step, rule),
        zone=work.profile.hours.zone,
        language=Language(case.language),
        told_before=tuple(dict.fromkeys(before)),
        asks_acceptance=not is_taken,
        clock=step.clock,
        is_missed=is_promise(work.profile, step.clock),
        is_rung=step.clock not in HEARD,
    )


def _deadline(work: CaseWork, step: StepRow, rule: LadderRule) -> datetime:
    """When the clock of the step was due, which is earlier than a step that follows some time after it."""
    if rule.after is None:
        return step.planned_at
    before = [row.due_at for row in work.book.unmet if row.name == step.clock and row.due_at < step.planned_at]
    return max(before, default=step.planned_at)


def _language(facts: NoticeFacts, person: Person) -> Language:
    """That of the person; where none is listed of him, the case's."""
    return person.language or facts.language


def _in(work: CaseWork, facts: NoticeFacts, language: Language) -> NoticeFacts:
    return replace(
        facts,
        language=language,
        level_name=work.profile.level_name(facts.level, language, work.case.category),
        team=staff_words.team(facts.team, language),
        step=staff_words.step(facts.step, language),
        because=staff_words.because(facts.because, language),
        told_before=tuple(staff_words.told(each, language) for each in facts.told_before),
    )


def _customer(work: CaseWork) -> str:
    case = work.case
    if case.customer_id is None:
        return case.customer or ""
    customer = work.session.get(CustomerRow, case.customer_id)
    return customer.name if customer is not None else ""
