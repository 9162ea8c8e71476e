"""Mails and reports as tests need them, each different unless it says otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import count
from typing import Any

from models.queue import NewReport
from models.values import Channel

_number = count(1)


def mail(
    body: str = "The backup job failed last night, the shop runs normally.",
    *,
    subject: str = "Backup failed",
    sender: str = "Ann Lee <ann@customer.example>",
    to: str = "support@firstline.example",
    message_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A plain mail with CRLF line ends; `headers` are added, or replace the usual ones."""
    message = EmailMessage()
    number = next(_number)
    fields = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": "Mon, 09 Nov 2026 10:00:00 +0800",
        "Message-ID": message_id or f"<{number}.test@customer.example>",
        **(headers or {}),
    }
    for name, value in fields.items():
        message[name] = value
    message.set_content(body)
    return message.as_bytes().replace(b"\n", b"\r\n")


def report(external_id: str | None = None, **changes: Any) -> NewReport:
    """A report as a channel hands it in, by e-mail unless it says otherwise."""
    number = next(_number)
    usual = NewReport(
        channel=Channel.EMAIL,
        external_id=external_id or f"report {number}",
        content=b"Subject: Backup failed\r\n\r\nIt failed.\r\n",
        source="smtp",
        received_at=datetime(2026, 11, 9, 2, 0, tzinfo=UTC),
    )
    return replace(usual, **changes)
