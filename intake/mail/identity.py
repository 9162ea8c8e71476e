"""What makes two deliveries one report."""

import hashlib
import re
from datetime import datetime

from intake.mail.headers import LONGEST_ID
from models.queue import NewReport
from models.values import Channel

# What a mail keeps on every way it takes; the fields before it (Received, Delivered-To ...) change.
_IDENTIFYING = (b"message-id", b"date", b"from", b"subject")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:((?:.*)(?:\r?\n[ \t].*)*)", re.MULTILINE)


def mail_report(
    raw: bytes,
    source: str,
    received_at: datetime,
    mail_from: str | None = None,
    rcpt_tos: tuple[str, ...] = (),
    answer: bool = True,
    client_ip: str | None = None,
    helo: str | None = None,
) -> NewReport:
    """The report that a mail is, as the queue takes it; the arguments are those of NewReport."""
    fields, body = _split(raw)
    message_id = fields.get(b"message-id", b"").decode("utf-8", "replace").replace("\0", "\ufffd")
    return NewReport(
        channel=Channel.EMAIL,
        external_id=_digest(fields, body, received_at),
        content=raw,
        source=source,
        received_at=received_at,
        mail_from=mail_from,
        rcpt_tos=rcpt_tos,
        answer=answer,
        message_id=message_id.strip("<> \ufffd")[:LONGEST_ID] or None,
        client_ip=client_ip,
        helo=helo,
    )


def external_id(raw: bytes, received_at: datetime) -> str:
    """A digest of the identifying header fields and the body of a mail.

    Not the Message-ID alone: some devices send the same one for ever. A mail without a Date is told
    apart by its day of arrival too, since such devices repeat themselves to the letter.
    """
    return _digest(*_split(raw), received_at)


def _split(raw: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """The identifying header fields, unfolded, and the body."""
    end = _HEADER_END.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    fields: dict[bytes, bytes] = {}
    for match in _FIELD.finditer(head):
        if (name := match[1].lower()) in _IDENTIFYING:
            fields.setdefault(name, b" ".join(match[2].split()))
    return fields, body if fields else raw


def _digest(fields: dict[bytes, bytes], body: bytes, received_at: datetime) -> str:
    digest = hashlib.sha256()
    if b"date" not in fields:
        digest.update(f"{received_at:%Y-%m-%d}".encode())
    for name in _IDENTIFYING:
        digest.update(name + b":" + fields.get(name, b"") + b"\n")
    # Not by an expression: that takes seconds for a large mail, and everybody else's SMTP session waits.
    digest.update(b"\n" + body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n"))
    return digest.hexdigest()
