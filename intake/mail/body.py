"""The parts of a mail: text to read, attachments to keep."""

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator
from email.errors import InvalidBase64LengthDefect
from email.message import Message

from intake.mail import html
from intake.mail.charset import decode
from intake.mail.headers import decode_words, unfold
from intake.mail.model import Attachment

LIMIT_PARTS = 1000
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


class Body:
    """Collects what the parts of one mail hold."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.attachments: list[Attachment] = []
        self.defects: list[str] = []

    @property
    def text(self) -> str:
        return "\n\n".join(text.strip("\n") for text in self.texts if text.strip())

    def read(self, message: Message) -> None:
        """Add the leaves of `message`, choosing plain text over HTML among alternatives."""
        for count, part in enumerate(leaves(message)):
            if count == LIMIT_PARTS:
                self.defects.append(f"more than {LIMIT_PARTS} parts; the rest was not read")
                return
            self._add(part)

    def _add(self, part: Message) -> None:
        content_type = part.get_content_type()
        data = _content(part)
        filename = _filename(part)
        # A multipart whose boundary never came is read as the text that it is.
        broken = part.get_content_maintype() == "multipart"
        is_text = (content_type in ("text/plain", "text/html") or broken) and not filename
        if is_text and part.get_content_disposition() != "attachment":
            self._add_text(part, content_type, data)
            self.defects += [type(defect).__name__ for defect in part.defects]
            return
        self.attachments.append(
            Attachment(
                filename=filename or f"part-{len(self.attachments) + 1}",
                content_type=content_type,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                inline=part.get_content_disposition() == "inline" or "content-id" in part,
            )
        )

    def _add_text(self, part: Message, content_type: str, data: bytes) -> None:
        text, defect = decode(data, _charset(part))
        if defect:
            self.defects.append(defect)
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        if content_type == "text/html":
            if len(text) > html.LIMIT_CHARS:
                self.defects.append(f"HTML of {len(text)} characters; only the first {html.LIMIT_CHARS} were read")
            text = html.to_text(text)
        self.texts.append(text)


def leaves(message: Message) -> Iterator[Message]:
    """The parts worth reading, in order. A stack, because hostile mails nest deeper than Python recurses."""
    stack = [(message, True)]  # and whether HTML below it is wanted
    while stack:
        part, html_wanted = stack.pop()
        children = _children(part)
        content_type, is_attachment = part.get_content_type(), part.get_content_disposition() == "attachment"
        if not children or (is_attachment and content_type == "message/rfc822"):
            if html_wanted or is_attachment or content_type != "text/html":
                yield part
            continue
        if content_type == "multipart/report":  # RFC 6522: what a machine read, and what came back
            yield from (child for child in children if child.get_content_maintype() == "message")
            children = [child for child in children if child.get_content_maintype() != "message"]
        if content_type == "multipart/alternative":
            plain = [child for child in children if child.get_content_type() == "text/plain"]
            if any(_says_something(child) for child in plain):
                html_wanted = False  # it may lie deeper, beside its pictures
            else:
                children = [child for child in children if child not in plain]
        stack.extend((child, html_wanted) for child in reversed(children))


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _says_something(part: Message) -> bool:
    return bool(decode(_content(part), _charset(part))[0].strip("\ufeff \t\r\n\u00a0"))


def _charset(part: Message) -> str | None:
    declared = part.get_param("charset")
    return declared if isinstance(declared, str) else None


def _content(part: Message) -> bytes:
    """The bytes of a leaf, with the transfer encoding undone as far as it can be."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return _as_bytes(part)
    if any(isinstance(defect, InvalidBase64LengthDefect) for defect in part.defects):
        # Cut off in the middle of a group: the standard library gives it up whole.
        symbols = _NO_BASE64.sub(b"", data)
        return b64decode(symbols[: len(symbols) // 4 * 4])
    return data


def _as_bytes(part: Message) -> bytes:
    if children := _children(part):
        return b"".join(child.as_bytes() for child in children)
    return str(part.get_payload() or "").encode("utf-8", "surrogateescape")


def _filename(part: Message) -> str:
    """The sender's name for a part, RFC 2231 or RFC 2047, without anything a file system minds."""
    try:
        raw = part.get_filename()
        name = decode_words(unfold(raw)).strip() if raw else ""
    except ValueError:  # an RFC 2231 charset that is none
        return "unnamed"
    return _UNSAFE_IN_NAME.sub("_", name).strip(". ")[:200]
