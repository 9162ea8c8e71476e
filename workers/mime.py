"""A mail of ours as bytes (RFC 5322, RFC 2045)."""

import base64
import quopri
import re
from email.header import Header
from functools import lru_cache

_SUBJECT_LINE = 75 - len("Subject: ")
_ASCII = bytes(range(0x80))
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,250}")


def compose(headers: dict[str, str], text: str) -> bytes:
    """A plain-text mail. By hand: EmailMessage takes ten times as long, and all parts are known here."""
    body = text.encode()
    if len(body.translate(None, _ASCII)) * 6 > len(body):
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


def with_token(address: str, signed: str) -> str:
    """The address of ours at which answers to that case arrive."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{signed}@{domain}"


def is_usable(message_id: str) -> bool:
    """True for a Message-ID that may stand in a header of ours."""
    return bool(_MESSAGE_ID.fullmatch(message_id))


@lru_cache(maxsize=64)  # a notice goes to several people
def encoded(subject: str) -> str:
    """The subject folded, and as encoded words of at most 75 characters (RFC 2047) where it needs to be;
    also where it would pass for one, which the reader's program would decode."""
    if subject.isascii() and len(subject) <= _SUBJECT_LINE and "=?" not in subject and subject.isprintable():
        return subject
    charset = "us-ascii" if subject.isascii() and "=?" not in subject else "utf-8"
    return Header(subject, charset, header_name="Subject", maxlinelen=75).encode()
