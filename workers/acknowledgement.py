"""From a case to the mail that acknowledges it (RFC 3834, RFC 5322)."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from intake.mail import plus
from models.tables import CaseRow, OutgoingRow
from models.values import Language, OutgoingState, Standing
from routing import token
from routing.acknowledge import CaseFacts, acknowledge
from workers import greeting
from workers.desk import Desk
from workers.mime import compose, encoded, is_usable, with_token
from workers.stages.draft import Draft

_REFERENCES = 20


def outgoing_for(
    case: CaseRow, draft: Draft, desk: Desk, now: datetime, documents: Sequence[tuple[str, str]] = ()
) -> OutgoingRow:
    """The acknowledgement of a case as a row to be sent. Its Message-ID follows from the report; `documents` are title
    and beginning of what is offered with it."""
    target = draft.answer_to
    assert target is not None
    address = _own_address(draft, desk)
    signed = token.sign(case.number, desk.token_key)
    message_id = f"{draft.claimed.id}.ack@{address.rpartition('@')[2]}"
    decision = draft.decision
    assert decision is not None
    assert draft.serving is not None
    reply = acknowledge(
        CaseFacts(
            number=case.number,
            token=signed,
            subject=case.subject,
            language=Language(case.language),
            level=case.level,
            level_name=case.level_name,
            process=case.process,
            clocks=decision.clocks,
            missing=case.missing,
            greeting_name=greeting.name_of(target),
            received_at=draft.claimed.received_at,
            zone=draft.serving.profile.hours.zone,
            at=now,
            is_incomplete=bool(draft.mail.unread),
            documents=documents,
            standing=Standing(case.standing or Standing.UNKNOWN),
        )
    )
    headers = {
        "From": address,
        "To": target.address,
        "Reply-To": with_token(address, signed),
        "Subject": encoded(reply.subject),
        "Date": format_datetime(now),
        "Message-ID": f"<{message_id}>",
        **_thread_headers(draft),
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        token.STAMP: token.stamp(message_id, desk.token_key),
    }
    return OutgoingRow(
        id=draft.claimed.id,
        case_id=case.id,
        report_id=draft.claimed.id,
        kind="acknowledgement",
        message_id=message_id,
        recipient=target.address,
        recipient_key=target.mailbox,
        content=compose(headers, reply.text),
        created_at=now,
        due_at=now,
        state=OutgoingState.PENDING,
        attempts=0,
    )


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
