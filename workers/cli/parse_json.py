"""The JSON of `firstline parse`: one mail, as INTERFACES names its keys."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from intake.filters import Known, judge
from intake.mail.model import Address
from intake.mail.parse import parse
from workers.cli.command import print_json


def print_all(paths: Iterable[Path]) -> bool:
    """Print what each mail says, with the name of its file; True if all could be read, and which not goes to standard
    error."""
    could = True
    for path in paths:
        try:
            raw = path.read_bytes()
        except OSError as error:
            typer.echo(f"{path} cannot be read: {error.strerror}", err=True)
            could = False
        else:
            print_json({"file": path.name, **as_json(raw)})
    return could


def as_json(raw: bytes) -> dict[str, Any]:
    """What a mail says. `auto` is why it gets no acknowledgement, or None."""
    mail = parse(raw)
    verdict = judge(mail, Known(mail_from=mail.return_path))
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "from": _address(mail.sender),
        "to": [_address(address) for address in mail.to],
        "cc": [_address(address) for address in mail.cc],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "reply": mail.reply,
        "language": mail.language,
        "attachments": [
            {
                "filename": attachment.filename,
                "content_type": attachment.content_type,
                "size": attachment.size,
                "sha256": attachment.sha256,
                "inline": attachment.inline,
            }
            for attachment in mail.attachments
        ],
        "auto": verdict.auto,
        "bounced": list(verdict.bounce.permanent) if verdict.bounce else [],
        "defects": list(mail.defects),
    }


def _address(address: Address | None) -> dict[str, str] | None:
    return {"name": address.name, "address": address.address} if address else None
