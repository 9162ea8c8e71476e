"""From a case to the mail that acknowledges it (RFC 3834, RFC 5322)."""

import base64
import quopri
import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from intake.mail import plus
from models.tables import CaseRow, OutgoingRow
from models.values import Language, OutgoingState
from routing import token
from routing.acknowledge import CaseFacts, acknowledge
from workers.desk import Desk
from workers.stages.draft import Draft

_REFERENCES = 20
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,250}")


def outgoing_for(case: CaseRow, draft: Draft, desk: Desk, now: datetime) -> OutgoingRow:
    """The acknowledgement of a case as a row to be sent. Its Message-ID follows from the report."""
    target = draft.answer_to
    assert target is not None
    address = _own_address(draft, desk)
    signed = token.sign(case.number, desk.token_key)
    message_id = f"{draft.claimed.id}.ack@{address.rpartition('@')[2]}"
    decision = draft.decision
    assert decision is not None
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
            greeting_name=_plain(target.name),
            received_at=draft.claimed.received_at,
            zone=desk.profile.hours.zone,
            is_incomplete=bool(draft.mail.unread),
        )
    )
    headers = {
        "From": address,
        "To": target.address,
        "Reply-To": _with_token(address, signed),
        "Subject": _encoded(reply.subject),
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


def compose(headers: dict[str, str], text: str) -> bytes:
    """A plain-text mail. By hand: EmailMessage takes ten times as long, and all parts are known here."""
    body = text.encode()
    if sum(byte > 0x7F for byte in body) * 6 > len(body):
        encoding, encoded = "base64", base64.encodebytes(body)
    else:
        encoding, encoded = "quoted-printable", quopri.encodestring(body)
    mime = {
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": encoding,
    }
    head = "".join(f"{name}: {value}\n" for name, value in {**headers, **mime}.items())
    return (head.encode() + b"\n" + encoded).replace(b"\n", b"\r\n")


def _own_address(draft: Draft, desk: Desk) -> str:
    """Our address that the customer wrote to, without its + part; the main one where that is unknown."""
    written_to = (*draft.claimed.rcpt_tos, *(address.address for address in draft.mail.to))
    bases = (plus.split(address)[0] for address in written_to)
    return next((base for base in bases if base in desk.addresses), desk.addresses[0])


def _with_token(address: str, signed: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}+{signed}@{domain}"


def _thread_headers(draft: Draft) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322 section 3.6.4), of ids that fit into a line."""
    message_id = draft.mail.message_id
    if message_id.endswith(".invalid") or not _is_usable(message_id):
        return {}
    earlier = [reference for reference in draft.mail.references if _is_usable(reference)][-_REFERENCES:]
    references = "\n ".join(f"<{reference}>" for reference in dict.fromkeys([*earlier, message_id]))
    return {"In-Reply-To": f"<{message_id}>", "References": references}


def _is_usable(message_id: str) -> bool:
    return bool(_MESSAGE_ID.fullmatch(message_id))


def _encoded(subject: str) -> str:
    """The subject folded, and as encoded words of at most 75 characters (RFC 2047) where it needs to be;
    also where it would pass for one, which the reader's program would decode."""
    charset = "us-ascii" if subject.isascii() and "=?" not in subject else "utf-8"
    return Header(subject, charset, header_name="Subject", maxlinelen=75).encode()


def _plain(name: str) -> str:
    """A display name fit for a greeting; addresses and overlong ones are left out."""
    return "" if "@" in name or len(name) > 60 else name
