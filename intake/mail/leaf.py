"""One part of a mail by itself: its type, its bytes, its name."""

import binascii
import quopri
import re
from base64 import b64decode
from email.message import Message
from email.policy import Compat32

from intake.mail.attachment import safe_name
from intake.mail.encoded_words import decode_words
from intake.mail.headers import unfold

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_NO_TOKEN = re.compile(r"[^\x21-\x7e]+")  # RFC 2045 section 5.1
_ENDED = re.compile(rb"=+")


class _AsSent(Compat32):
    """Writes header fields as they were read: the bytes of a forwarded mail are evidence, not ours to fold anew."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_AS_SENT = _AsSent()


def media_type(part: Message) -> str:
    """The type that counts, of `text`, `plain` or `text/` alone the one that was meant."""
    declared = _NO_TOKEN.sub("", part.get_content_type())
    first = str(part.get("content-type", "")).partition(";")[0].strip().lower()
    if declared == "text/plain" and first in ("html", "text/htm", "text/html"):
        return "text/html"
    return declared


def declared_charset(part: Message) -> str | None:
    found = part.get_param("charset")
    if isinstance(found, tuple):  # RFC 2231
        found = found[2]
    return found if isinstance(found, str) else None


def content_of(part: Message) -> bytes:
    """The bytes of a leaf, with the transfer encoding undone as far as it can be."""
    payload: object = part._payload  # type: ignore[attr-defined]  # the public way replaces what is not ASCII
    if isinstance(payload, list):
        return b"".join(_bytes_of(child) for child in payload if isinstance(child, Message))
    data = str(payload or "").encode("utf-8", "surrogateescape")
    encoding = str(part.get("content-transfer-encoding", "")).strip().strip("\"';").strip().lower()
    if encoding.startswith("base64"):
        return _from_base64(data)
    if encoding.startswith(("quoted-printable", "quoted_printable", "quotedprintable")):
        return quopri.decodestring(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        decoded = part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else data
    return data


def _from_base64(data: bytes) -> bytes:
    """Base64 with line noise, without its padding, cut off in the middle, or several blocks one after the other."""
    symbols = _NO_BASE64.sub(b"", data)
    out = []
    for block in _ENDED.split(symbols):
        whole = len(block) // 4 * 4
        rest = block[whole:]
        # Two or three symbols left over are one or two bytes; a single one is none.
        padded = block[:whole] + (rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b"")
        try:
            out.append(b64decode(padded))
        except binascii.Error:  # not to be expected of what was filtered so
            return data
    decoded = b"".join(out)
    return decoded if decoded or not data.strip() else data


def _bytes_of(message: Message) -> bytes:
    return message.as_bytes(policy=_AS_SENT)


def filename_of(part: Message) -> str:
    """The sender's name for a part, RFC 2231 or RFC 2047; a mail that is attached has its subject's."""
    try:
        raw = part.get_filename()
        name = safe_name(decode_words(unfold(raw))) if raw else ""
    except ValueError:  # an RFC 2231 charset that is none
        return "unnamed"
    if name or part.get_content_type() != "message/rfc822" or part.get_content_disposition() != "attachment":
        return name
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    subject = decode_words(unfold(str(first.get("subject", "")))) if isinstance(first, Message) else ""
    return f"{stem}.eml" if (stem := safe_name(subject)[:100]) else ""
