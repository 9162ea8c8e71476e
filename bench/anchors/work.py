"""What a pipeline cannot do without, for each mail: read it, classify it, answer it. No retries, no duplicates found,
no threads joined, no attachments kept: a probe of the limit."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from smtplib import SMTP

from sklearn.pipeline import Pipeline

from bench.anchors import bow

_ANSWER = (
    "From: support@firstline.example\r\nTo: {to}\r\nSubject: Re: {subject}\r\nMessage-ID: <{number}@bare.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "Your report has been recorded as {number}, under {label}.\r\n"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    number: int
    sender: str
    content: bytes


def take(connection: sqlite3.Connection, most: int) -> list[Waiting]:
    """The oldest that wait."""
    query = "SELECT id, sender, content FROM mails WHERE state = 'waiting' ORDER BY id LIMIT ?"
    return [Waiting(*row) for row in connection.execute(query, (most,))]


def process(connection: sqlite3.Connection, relay: SMTP, model: Pipeline, mails: Sequence[Waiting]) -> None:
    """Classify and answer these, in one commit."""
    read = [_read(mail.content) for mail in mails]
    labels = bow.classify(model, [f"{subject}\n{text}" for subject, text in read])
    for mail, label, (subject, _) in zip(mails, labels, read, strict=True):
        subject = " ".join(subject.split())
        answer = _ANSWER.format(to=mail.sender, subject=subject, number=mail.number, label=label)
        relay.sendmail("", [mail.sender], answer.encode())
    connection.execute("BEGIN IMMEDIATE")
    done = [(label, mail.number) for mail, label in zip(mails, labels, strict=True)]
    connection.executemany("UPDATE mails SET state = 'done', label = ? WHERE id = ?", done)
    connection.execute("COMMIT")


def _read(content: bytes) -> tuple[str, str]:
    message = message_from_bytes(content)
    subject = str(make_header(decode_header(message.get("Subject", ""))))
    part = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    return subject, _text(part) if part is not None else ""


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode(part.get_content_charset("utf-8"), "replace") if isinstance(payload, bytes) else ""
