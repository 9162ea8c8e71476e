"""From a case to the mail that acknowledges it (RFC 3834, RFC 5322)."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from intake.mail import plus
from intake.mail.model import Address
from models.tables import CaseRow, ContactRow, OutgoingRow
from models.values import Language, OutgoingState, Standing, new_id
from routing import token
from routing.acknowledge import CaseFacts, acknowledge
from routing.threading import same_organisation
from workers import greeting
from workers.desk import Desk
from workers.mime import compose, encoded, is_usable, with_token
from workers.record.copies import COPY
from workers.stages.draft import Draft

_REFERENCES = 20


def outgoing_for(
    case: CaseRow, draft: Draft, desk: Desk, now: datetime, documents: Sequence[tuple[str, str]] = ()
) -> OutgoingRow:
    """The acknowledgement of a case as a row to be sent. Its Message-ID follows from the report; `documents` are title
    and beginning of what is offered with it. Nobody but the reporter is told of the contract."""
    target = draft.answer_to
    assert target is not None
    language, name = Language(case.language), greeting.name_of(target)
    standing = Standing(case.standing or Standing.UNKNOWN) if is_reporters(draft, target) else Standing.UNKNOWN
    said = _facts(case, draft, desk, now, language, case.level_name, name, standing, documents)
    row = _row(draft, desk, now, said, target.address, target.mailbox, draft.claimed.id, "ack")
    row.case_id, row.report_id, row.kind = case.id, draft.claimed.id, "acknowledgement"
    return row


def copy_for(case: CaseRow, draft: Draft, desk: Desk, now: datetime, reader: ContactRow) -> OutgoingRow:
    """The same to somebody at the customer who gets copies, in his language."""
    language = Language(reader.copies_in or case.language)
    assert draft.serving is not None
    assert reader.address is not None
    assert reader.address_key is not None
    level_name = draft.serving.profile.level_name(case.level, language, case.category)
    standing = Standing(case.standing or Standing.UNKNOWN)
    said = _facts(case, draft, desk, now, language, level_name, reader.name, standing)
    row = _row(draft, desk, now, said, reader.address, reader.address_key, new_id(), COPY)
    row.case_id, row.kind = case.id, COPY
    return row


def _facts(
    case: CaseRow,
    draft: Draft,
    desk: Desk,
    now: datetime,
    language: Language,
    level_name: str,
    greeting_name: str,
    standing: Standing,
    documents: Sequence[tuple[str, str]] = (),
) -> CaseFacts:
    assert draft.decision is not None
    assert draft.serving is not None
    return CaseFacts(
        number=case.number,
        token=token.sign(case.number, desk.token_key),
        subject=case.subject,
        language=language,
        level=case.level,
        level_name=level_name,
        process=case.process,
        clocks=draft.decision.clocks,
        missing=case.missing,
        greeting_name=greeting_name,
        received_at=draft.claimed.received_at,
        zone=draft.serving.profile.hours.zone,
        at=now,
        is_incomplete=bool(draft.mail.unread),
        documents=documents,
        standing=standing,
    )


def _row(
    draft: Draft, desk: Desk, now: datetime, said: CaseFacts, to: str, mailbox: str, row_id: str, mark: str
) -> OutgoingRow:
    """To be sent; which case and which kind it is of is for the caller to say."""
    address = _own_address(draft, desk)
    message_id = f"{row_id}.{mark}@{address.rpartition('@')[2]}"
    reply = acknowledge(said)
    headers = {
        "From": address,
        "To": to,
        "Reply-To": with_token(address, said.token),
        "Subject": encoded(reply.subject),
        "Date": format_datetime(now),
        "Message-ID": f"<{message_id}>",
        **_thread_headers(draft),
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        token.STAMP: token.stamp(message_id, desk.token_key),
    }
    return OutgoingRow(
        id=row_id,
        message_id=message_id,
        recipient=to,
        recipient_key=mailbox,
        content=compose(headers, reply.text),
        created_at=now,
        due_at=now,
        state=OutgoingState.PENDING,
        attempts=0,
    )


def is_reporters(draft: Draft, target: Address) -> bool:
    """False where Reply-To names an address outside of the organisation of whose report it is."""
    whose = draft.reporter.mailbox if draft.reporter else ""
    return target.mailbox == whose or same_organisation(target.mailbox, whose)


def _own_address(draft: Draft, desk: Desk) -> str:
    """Our address that the customer wrote to, without its + part; the main one where that is unknown."""
    written_to = (*draft.claimed.rcpt_tos, *(address.address for address in draft.mail.to))
    bases = (plus.split(address)[0] for address in written_to)
    return next((base for base in bases if base in desk.addresses), desk.addresses[0])


def _thread_headers(draft: Draft) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322 section 3.6.4), of ids that fit into a line."""
    message_id = draft.mail.message_id
    if message_id.endswith(".invalid") or not is_usable(message_id):
        return {}
    earlier = [reference for reference in draft.mail.references if is_usable(reference)][-_REFERENCES:]
    references = "\n ".join(f"<{reference}>" for reference in dict.fromkeys([*earlier, message_id]))
    return {"In-Reply-To": f"<{message_id}>", "References": references}
