"""Letters to the customer of a case, as rows to be sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.mail import plus
from models.errors import EmptyLetter
from models.merged import merged_ids
from models.tables import MergeRow, OutgoingRow, ReportRow, SurveyRow
from models.values import CaseState, Channel, Language, OutgoingState, new_id
from routing import token
from routing.letters import Kind, Letter, LetterFacts, says_nothing, write
from workers import greeting
from workers.mime import compose, encoded, is_usable, with_token
from workers.record import copies
from workers.record.dead_addresses import dead

# What staff write themselves: who did has to see that it went nowhere.
_BY_STAFF = frozenset({Kind.STATUS, Kind.ASK, Kind.INTERIM, Kind.CONSENT, Kind.VISIT, Kind.PART})
# What the customer hears of his case; whether we may log in, and how he was served, is asked of him alone.
_COPIED = frozenset({Kind.STATUS, Kind.ASK, Kind.INTERIM, Kind.VISIT, Kind.PART, Kind.SOLVED, Kind.CLOSED})
_DIGEST_CHARS = 11

if TYPE_CHECKING:
    from workers.cases.work import CaseWork


@dataclass(frozen=True, slots=True)
class To:
    """Who is written to, in answer to which mail, and in which language. Without a `name` it is sought in the mail."""

    recipient: str | None
    origin: ReportRow | None
    language: Language
    name: str = ""


def to_customer(work: CaseWork) -> To:
    """Whom the letters of the case go to."""
    origin = _origin(work)
    return To(_recipient(work, origin), origin, Language(work.case.language))


def id_in_form(form: str, case_id: int, kind: str, body: str) -> str:
    """The id of that letter where it is written in the form of that id: all that say the same end alike."""
    digits = sha256("\0".join((str(case_id), kind, body)).encode()).hexdigest()
    return form + digits[:_DIGEST_CHARS]


def same_as(session: Session, letter_id: str, case_id: int) -> OutgoingRow | None:
    """The newest letter of the case, written in a form, that says the same as the one of that id; none that the
    customer has not got."""
    alike = OutgoingRow.case_id == case_id, OutgoingRow.id.endswith(letter_id[-_DIGEST_CHARS:])
    got = OutgoingRow.state.not_in((OutgoingState.FAILED, OutgoingState.BOUNCED))
    newest = select(OutgoingRow).where(*alike, got).order_by(OutgoingRow.created_at.desc()).limit(1)
    return session.scalars(newest).first()


def queue(
    work: CaseWork, kind: Kind, body: str, to: To | None = None, other: str = "", letter_id: str | None = None
) -> bool:
    """Queue a letter to the customer, or to whom `to` says; `other` is the number of the case that it speaks of beside,
    `letter_id` its own id, if it has one. False, with the reason on the timeline, where he cannot be written to."""
    case, session = work.case, work.session
    is_copied = to is None and kind in _COPIED
    to = to or to_customer(work)
    origin, recipient = to.origin, to.recipient
    if origin is not None and origin.auto is not None:
        if kind in _BY_STAFF:
            work.note("not-written", f"the {kind} letter: a machine reported it, and nobody reads what it is sent")
        return False
    if recipient is None or "@" not in recipient:
        work.note("not-written", f"the {kind} letter has no address to go to: reach the customer another way")
        return False
    mailbox = plus.split(recipient)[0]
    if dead(session, {mailbox}, work.now):
        work.note("not-written", f"the {kind} letter was not sent: mail to {recipient} came back")
        case.needs_review = True
        return False
    session.add(_row(work, kind, body, to, other, letter_id or new_id()))
    if is_copied:
        _copy(work, kind, body, to, mailbox)
    return True


def _copy(work: CaseWork, kind: Kind, body: str, to: To, mailbox: str) -> None:
    """The same letter to whoever at the customer gets copies, but for that mailbox, which has it."""
    customer_id = work.case.customer_id
    if customer_id is None:
        return
    for reader in copies.readers(work.session, [customer_id], work.now).get(customer_id, ()):
        if reader.address_key == mailbox:
            continue
        his = To(reader.address, to.origin, Language(reader.copies_in or to.language), reader.name)
        work.session.add(_row(work, kind, body, his, "", new_id(), copies.COPY))
        work.note("copied", f"the {kind} letter to {reader.name} <{reader.address}>")


def _row(work: CaseWork, kind: Kind, body: str, to: To, other: str, letter_id: str, sent_as: str = "") -> OutgoingRow:
    """The letter as it is sent; `sent_as` is the kind of the row, where that is not the letter's."""
    assert to.recipient is not None
    address = _own_address(work, to.origin)
    signed = token.sign(work.case.number, work.office.token_key)
    letter = write(kind, replace(_facts(work, signed, body, to), other=other))
    message_id = f"{letter_id}.{kind}@{address.rpartition('@')[2]}"
    headers = {
        "From": address,
        "To": to.recipient,
        "Reply-To": with_token(address, signed),
        "Subject": encoded(letter.subject),
        "Date": format_datetime(work.now),
        "Message-ID": f"<{message_id}>",
        **_thread_headers(to.origin),
        "Auto-Submitted": "no" if kind in _BY_STAFF and body.strip() else "auto-generated",  # RFC 3834 section 5
        token.STAMP: token.stamp(message_id, work.office.token_key),
    }
    return OutgoingRow(
        id=letter_id,
        case_id=work.case.id,
        kind=sent_as or str(kind),
        message_id=message_id,
        recipient=to.recipient,
        recipient_key=plus.split(to.recipient)[0],
        content=compose(headers, letter.text),
        created_at=work.now,
        due_at=work.now,
        state=OutgoingState.PENDING,
        attempts=0,
    )


def refuse_empty(kind: Kind, body: str) -> None:
    """Raises EmptyLetter where staff would send a letter that says nothing."""
    if says_nothing(kind, body):
        raise EmptyLetter(f"the {kind} letter has no text: say how the case stands")


def preview(work: CaseWork, kind: Kind, body: str) -> tuple[str | None, Letter]:
    """The letter that `queue` would send, and to whom; None where there is no address to write to."""
    to = to_customer(work)
    recipient = to.recipient if to.recipient and "@" in to.recipient else None
    signed = token.sign(work.case.number, work.office.token_key)
    return recipient, write(kind, _facts(work, signed, body, replace(to, recipient=recipient)))


def _recipient(work: CaseWork, origin: ReportRow | None) -> str | None:
    """Where the acknowledgement went, which may be a Reply-To; where there was none, the customer, if he wrote the mail
    himself: of one that was passed on nobody has proven whose it is."""
    answered = work.session.scalar(
        select(OutgoingRow.recipient)
        .where(OutgoingRow.case_id == work.case.id, OutgoingRow.kind == "acknowledgement")
        .order_by(OutgoingRow.created_at)
        .limit(1)
    )
    customer = work.case.customer
    if answered is not None or customer is None or origin is None or origin.sender is None:
        found = answered or customer
        return found if found is None or "@" in found else _written_to_before(work) or found
    return customer if plus.split(origin.sender)[0] == plus.split(customer)[0] else None


def _written_to_before(work: CaseWork) -> str | None:
    """Of a case by telephone: the address at which its customer was written to in a case that goes on in it."""
    if not (merged := merged_ids(work.session, work.case.id)):
        return None
    return work.session.scalar(
        select(OutgoingRow.recipient)
        .where(OutgoingRow.case_id.in_(merged), OutgoingRow.kind == "acknowledgement", OutgoingRow.channel == "email")
        .order_by(OutgoingRow.created_at)
        .limit(1)
    )


def after_closing(work: CaseWork) -> None:
    """The letter that the case is closed, with the question how the customer was served; once for each case."""
    queue(work, Kind.CLOSED, "")
    if work.session.get(SurveyRow, work.case.id) is None and queue(work, Kind.SURVEY, ""):
        work.session.add(SurveyRow(case_id=work.case.id, asked_at=work.now))


def _facts(work: CaseWork, signed: str, body: str, to: To) -> LetterFacts:
    """What the letter may say, in the language of whom it goes to: the case may be in another one."""
    case, profile = work.case, work.profile
    running = sorted(work.book.newest().items(), key=lambda item: item[1].due_at)
    return LetterFacts(
        number=case.number,
        token=signed,
        subject=case.subject,
        language=to.language,
        level_name=profile.level_name(case.level, to.language, case.category),
        state=CaseState(case.state),
        greeting_name=to.name or greeting.name_in(work.session, to.origin, to.recipient or ""),
        body=body,
        # What stands still is due later than it says: who is waited for is told no time before he has answered.
        next_clocks=tuple(
            (name, row.due_at) for name, row in running if row.paused_at is None and row.due_at > work.now
        ),
        zone=profile.hours.zone,
        cause=case.cause or "",
        solution=case.solution or "",
        missing=tuple(case.missing),
        received_at=case.created_at,
        at=work.now,
        profile=profile.name,
    )


def _origin(work: CaseWork) -> ReportRow | None:
    """The first mail of the case, or None where it has none. What came with a case that was merged into it counts only
    where it has no other."""
    merged = work.session.scalars(
        select(MergeRow.reports).where(MergeRow.into_id == work.case.id, MergeRow.undone_at.is_(None))
    )
    came_later = {report_id for reports in merged for report_id in reports}
    mails = (
        select(ReportRow)
        .where(ReportRow.case_id == work.case.id, ReportRow.channel == Channel.EMAIL)
        .order_by(ReportRow.received_at)
        .limit(1)
    )
    own = mails.where(ReportRow.id.not_in(came_later)) if came_later else mails
    return work.session.scalar(own) or work.session.scalar(mails)


def _own_address(work: CaseWork, origin: ReportRow | None) -> str:
    written_to = (plus.split(address)[0] for address in (origin.rcpt_tos if origin else ()))
    return next((base for base in written_to if base in work.office.addresses), work.office.addresses[0])


def _thread_headers(origin: ReportRow | None) -> dict[str, str]:
    message_id = origin.message_id if origin else None
    if message_id is None or not is_usable(message_id):
        return {}
    return {"In-Reply-To": f"<{message_id}>", "References": f"<{message_id}>"}
