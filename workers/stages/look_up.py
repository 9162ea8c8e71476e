"""What is stored about the conversations that a batch of mails belongs to: one read for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.mail import plus
from intake.mail.model import ParsedMail
from models.db import Database
from models.merged import survivors
from models.staff import is_there
from models.tables import CaseLinkRow, CaseRow, OutgoingRow, ParticipantRow, ReportRow, StaffRow
from models.values import Auto, CaseState, LinkKind
from routing import token
from routing.profile import Profile
from routing.threading import Conversation, MailKeys, Parent, mentioned_cases
from workers.profiles import named
from workers.record.additions import FOLLOW_UP
from workers.stages.draft import Draft, Knowledge

# Some devices use one Message-ID for ever: of the mails that bear one, the latest are enough.
_NAMESAKES = 20
_LIMIT_ROWS = 5000
# Notices are put on the case of what they speak of, whoever has sent them: that gives nobody a part in it.
_IS_NO_BOUNCE = ReportRow.auto.is_distinct_from(Auto.BOUNCE)

Parents = dict[str, tuple[Parent, ...]]
States = dict[int, tuple[datetime | None, str, str | None]]


def keys(draft: Draft, by_staff: bool = False) -> MailKeys:
    """What threading looks at."""
    sender = draft.visitor or draft.mail.sender  # many visitors share the address of a form
    written_to = (*draft.mail.to, *draft.mail.cc)
    recipients = (*draft.claimed.rcpt_tos, *(address.address for address in written_to))
    mailbox = sender.mailbox if sender else None
    return MailKeys(draft.mail.subject, recipients, draft.message_ids, mailbox, by_staff, draft.mail.reply)


def run(drafts: Sequence[Draft], database: Database, key: bytes, now: datetime, default: Profile) -> list[Draft]:
    """Attach what is stored about the mails and cases that the batch mentions. A case that was closed longer
    before `now` than its profile reopens cases stays closed; `default` counts where its profile is gone."""
    drafts = [replace(draft, stamps=_stamps(draft.mail, key)) for draft in drafts]
    answered = {message_id for draft in drafts for message_id in draft.message_ids}
    own = {draft.mail.message_id for draft in drafts}  # looked for among ours only: devices repeat theirs for ever
    mentioned = {case_id for draft in drafts for case_id in mentioned_cases(keys(draft), key)}
    with database.reading() as session:
        ours = _ours(session, answered | own)
        parents = _merge(_theirs(session, answered), ours)
        cases = mentioned | {p.case_id for found in parents.values() for p in found if p.case_id is not None}
        merged = survivors(session, cases)
        cases |= set(merged.values())
        states = _states(session, cases)
        settled = _settled(states, now, default)
        followed = _followed(session, settled, now, default)
        conversation = Conversation(
            case_ids=frozenset(states),
            by_message_id=parents,
            participants=_participants(session, cases | set(followed.values())),
            settled=settled,
            followed=followed,
            merged=merged,
            alarms={case_id: alarm for case_id, (_, _, alarm) in states.items() if alarm is not None},
        )
        staff = _staff(session, {draft.mail.sender.mailbox for draft in drafts if draft.mail.sender})
    knowledge = Knowledge(own_message_ids=frozenset(ours), conversation=conversation, staff=staff)
    return [replace(draft, knowledge=knowledge) for draft in drafts]


def _stamps(mail: ParsedMail, key: bytes) -> tuple[str, ...]:
    """The messages of ours that a mail is, or holds a copy of, by their stamps."""
    texts = [text for text in (mail.raw.decode("latin-1"), mail.text) if token.STAMP in text]
    return tuple(dict.fromkeys(found for text in texts for found in token.stamped(text, key)))[:_NAMESAKES]


def _ours(session: Session, message_ids: Iterable[str]) -> Parents:
    rows = session.execute(
        select(OutgoingRow.message_id, OutgoingRow.case_id).where(OutgoingRow.message_id.in_(message_ids))
    )
    return {message_id: (Parent(case_id, None, None),) for message_id, case_id in rows}


def _theirs(session: Session, message_ids: Iterable[str]) -> Parents:
    rows = session.execute(
        select(ReportRow.message_id, ReportRow.case_id, ReportRow.id, ReportRow.sender, ReportRow.outcome)
        .where(ReportRow.message_id.in_(message_ids), ReportRow.case_id.is_not(None), _IS_NO_BOUNCE)
        .limit(_LIMIT_ROWS)
    )
    found: defaultdict[str, list[Parent]] = defaultdict(list)
    for message_id, case_id, report_id, sender, outcome in sorted(
        rows, key=lambda row: row.id, reverse=True
    ):  # ids sort by time
        if message_id and sender and len(found[message_id]) < _NAMESAKES:
            was_added = outcome == FOLLOW_UP
            found[message_id].append(Parent(case_id, report_id, plus.split(sender)[0], was_added))
    return {message_id: tuple(parents) for message_id, parents in found.items()}


def _merge(theirs: Parents, ours: Parents) -> Parents:
    return {message_id: (*ours.get(message_id, ()), *theirs.get(message_id, ())) for message_id in {*theirs, *ours}}


def _states(session: Session, case_ids: Iterable[int]) -> States:
    """The cases that exist, each with when it was closed (None while it is open), its profile and its alarm."""
    rows = session.execute(
        select(CaseRow.id, CaseRow.state, CaseRow.closed_at, CaseRow.profile, CaseRow.alarm_key).where(
            CaseRow.id.in_(case_ids)
        )
    )
    return {
        case_id: (closed_at if state == CaseState.CLOSED else None, profile, alarm)
        for case_id, state, closed_at, profile, alarm in rows
    }


def _settled(states: States, now: datetime, default: Profile) -> frozenset[int]:
    """Those of the cases that stay closed."""
    return frozenset(
        case_id
        for case_id, (closed_at, profile, _) in states.items()
        if closed_at and now - closed_at > timedelta(days=named(profile, default).threads.reopen_days)
    )


def _followed(session: Session, settled: frozenset[int], now: datetime, default: Profile) -> dict[int, int]:
    """Of the settled cases those that a case follows which is not settled: the newest such."""
    if not settled:
        return {}
    links = session.execute(
        select(CaseLinkRow.other_id, CaseLinkRow.case_id)
        .where(CaseLinkRow.other_id.in_(settled), CaseLinkRow.kind == LinkKind.FOLLOW_UP)
        .order_by(CaseLinkRow.case_id)
    ).all()
    merged = survivors(session, {case_id for _, case_id in links})
    found = {(other_id, merged.get(case_id, case_id)) for other_id, case_id in links}
    states = _states(session, {case_id for _, case_id in found})
    over = _settled(states, now, default)
    return {other_id: case_id for other_id, case_id in sorted(found) if case_id not in over}


def _staff(session: Session, senders: Iterable[str]) -> frozenset[str]:
    """Those of these mailboxes that are our own people's."""
    rows = session.scalars(select(StaffRow.address_key).where(StaffRow.address_key.in_(senders), is_there()))
    return frozenset(rows)


def _participants(session: Session, case_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    rows = session.execute(
        select(ParticipantRow.case_id, ParticipantRow.address_key).where(ParticipantRow.case_id.in_(case_ids))
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for case_id, address_key in rows:
        found[case_id].add(address_key)
    return {case_id: frozenset(addresses) for case_id, addresses in found.items()}
